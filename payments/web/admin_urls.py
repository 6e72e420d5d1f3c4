"""Money pages of the finance group, inside the admin."""

from django.urls import path

from .money import adjustments, books, credit, payouts, providers, sellers, terms, trail
from .money.pages import finance

app_name = "money"
urlpatterns = [
    path("", finance(trail.home), name="home"),
    path("trail/<str:reference>/", finance(trail.show_trail), name="trail"),
    path("sellers/", finance(sellers.sellers), name="sellers"),
    path("sellers/<str:owner>/", finance(sellers.seller), name="seller"),
    path("sellers/<str:owner>/payout/<str:currency>/", finance(sellers.run_payout), name="run_payout"),
    path("sellers/<str:owner>/release/<str:line_reference>/", finance(sellers.release), name="release"),
    path("sellers/<str:owner>/reserve/<str:currency>/<slug:step>/", finance(adjustments.reserve), name="reserve"),
    path("entries/<int:entry_id>/correct/", finance(adjustments.correct), name="correct"),
    path("sellers/<str:owner>/terms/<str:currency>/", finance(terms.terms), name="terms"),
    path("sellers/<str:owner>/holds/<slug:step>/", finance(terms.hold), name="hold"),
    path("payouts/due/", finance(terms.due), name="due"),
    path("payouts/", finance(payouts.payouts), name="payouts"),
    path("payouts/<uuid:public_id>/", finance(payouts.payout), name="payout"),
    path("cards/", finance(credit.cards), name="cards"),
    path("cards/issue/", finance(credit.issue), name="issue"),
    path("cards/credit/", finance(credit.grant), name="grant"),
    path("cards/<uuid:card_id>/block/", finance(credit.block), name="block"),
    path("books/", finance(books.books), name="books"),
    path("books/check/", finance(books.check), name="check"),
    path("books/<str:step>/", finance(books.switch), name="switch"),
    path("providers/", finance(providers.providers), name="providers"),
    path("providers/rules/", finance(providers.rule), name="rule"),
    path("providers/rules/<int:rule_id>/", finance(providers.rule), name="rule"),
    path("close/", finance(payouts.close), name="close"),
]
