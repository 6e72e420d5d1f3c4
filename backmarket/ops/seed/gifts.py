"""A gift card that everybody may spend, and credit of the demo's shopper: given as finance gives them."""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import connection

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from backmarket.ops import demo_accounts
from payments.services.gift_cards import grant_credit, issue_gift_card

FINANCE = Actor.system("demo")


def load_gifts(*, now: datetime) -> None:
    """Issue the demo's gift cards, one a currency, and give the shopper some credit."""
    with connection.cursor() as cursor:
        # The orders' money had its entries checked at once; these get their postings one after the other.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for currency, code in demo_accounts.GIFT_CARDS:
        issue_gift_card(
            amount=Money(15_000, currency),
            reason="for everybody who tries the shop",
            expires_at=now + timedelta(days=365),
            actor=FINANCE,
            key=f"demo:{currency}",
            now=now,
            code=code,
        )
    shopper = get_user_model().objects.get(email=demo_accounts.SHOPPER.email)
    grant_credit(
        owner=f"user:{shopper.pk}",
        amount=Money(2_500, "EUR"),
        reason="a parcel that came late",
        actor=FINANCE,
        key="demo:credit",
        now=now,
    )
