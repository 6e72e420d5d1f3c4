from django.urls import path

from .views import dashboard, documents, labels, listings, orders, payouts, team, tickets, transactions, voices

app_name = "office"
urlpatterns = [
    path("", dashboard.show, name="dashboard"),
    path("switch/", dashboard.switch, name="switch"),
    path("listings/", listings.index, name="listings"),
    path("listings/<uuid:public_id>/", listings.change, name="listing"),
    path("orders/", orders.index, name="orders"),
    path("orders/accept/", orders.accept, name="accept"),
    path("orders/<int:number>/", orders.detail, name="order"),
    path("orders/<int:number>/ship/", orders.ship, name="ship"),
    path("orders/<int:number>/labels/", labels.make, name="make_label"),
    path("orders/<int:number>/labels/<uuid:public_id>.pdf", labels.pdf, name="label"),
    path("orders/<int:number>/labels/<uuid:public_id>/void/", labels.void, name="void_label"),
    path("orders/<int:number>/slip/", orders.slip, name="slip"),
    path("orders/<int:number>/documents/<uuid:public_id>.pdf", documents.of_order, name="document"),
    path("orders/<int:number>/lines/<uuid:line_id>/cancel/", orders.cancel, name="cancel"),
    path("tickets/", tickets.index, name="tickets"),
    path("tickets/<uuid:public_id>/", tickets.detail, name="ticket"),
    path("reviews/", voices.reviews, name="reviews"),
    path("reviews/<uuid:public_id>/answer/", voices.answer_to_review, name="answer_review"),
    path("questions/", voices.questions, name="questions"),
    path("questions/<uuid:public_id>/answer/", voices.answer_to_question, name="answer_question"),
    path("money/", payouts.index, name="payouts"),
    path("money/invoices/<uuid:public_id>.pdf", documents.commission, name="commission_invoice"),
    path("money/transactions/", transactions.transactions, name="transactions"),
    path("money/transactions.csv", transactions.download, name="transactions_csv"),
    path("money/next/<str:currency>/", transactions.upcoming, name="upcoming"),
    path("money/<uuid:public_id>/", payouts.detail, name="payout"),
    path("money/<uuid:public_id>.csv", payouts.download, name="payout_csv"),
    path("team/", team.index, name="team"),
    path("team/<int:membership_id>/", team.change, name="member"),
]
