from django.urls import path

from .views import account, basket, details, document, express, left, order, payment, review, sharing, withdrawal

app_name = "checkout"
urlpatterns = [
    path("basket/", basket.show, name="basket"),
    path("basket/add/", basket.add, name="add"),
    path("basket/code/", basket.code, name="code"),
    path("basket/lines/<int:line_id>/", basket.change, name="change"),
    path("basket/undo/", basket.undo, name="undo"),
    path("basket/share/", sharing.share, name="share"),
    path("basket/share/end/", sharing.end, name="end_share"),
    path("basket/shared/<str:key>/", sharing.shared, name="shared"),
    path("basket/shared/<str:key>/take/", sharing.take, name="take"),
    path("checkout/", details.details, name="details"),
    path("checkout/express/", express.express, name="express"),
    path("checkout/kept/addresses/<uuid:address_id>/forget/", express.forget_address, name="forget_address"),
    path("checkout/kept/cards/<uuid:card_id>/forget/", express.forget_card, name="forget_card"),
    path("checkout/left/", left.left, name="left"),
    path("checkout/return/<uuid:public_id>/", payment.come_back, name="return"),
    path("checkout/retry/<uuid:public_id>/", payment.retry, name="retry"),
    path("orders/claim/", order.claim, name="claim"),
    path("orders/<uuid:public_id>/", order.show, name="order"),
    path("orders/<uuid:public_id>/documents/<uuid:document_id>.pdf", document.download, name="document"),
    path("orders/<uuid:public_id>/account/", account.open_account, name="open_account"),
    path("orders/<uuid:public_id>/lines/<uuid:line_id>/cancel/", order.cancel, name="cancel"),
    path("orders/<uuid:public_id>/lines/<uuid:line_id>/withdraw/", withdrawal.withdraw, name="withdraw"),
    path("orders/<uuid:public_id>/lines/<uuid:line_id>/withdrawn/", withdrawal.withdrawn, name="withdrawn"),
    path("orders/<uuid:public_id>/lines/<uuid:line_id>/review/", review.write, name="review"),
]
