"""Baskets, orders and their payments with the fewest defaults; importable by the tests of higher tribes."""

from collections.abc import Sequence
from datetime import datetime

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.models import Listing, ListingMarket
from catalog.tests.factories import NOW, CategoryFactory, make_listing
from checkout.enums import PromotionKind
from checkout.models import Basket, BasketLine, Order, OrderLine, Promotion
from checkout.rules.buyer import Buyer
from checkout.selectors.baskets import basket_view
from checkout.services import lines, placement, settlement
from payments.providers.base import ProviderPayment, Truth
from payments.services import payments

ACTOR = Actor.guest()
IMEI = "490154203237518"
DETAILS = {
    "email": "ada@example.org",
    "phone": "06 12 34 56 78",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "company": "",
    "street": "12 rue de la Roquette",
    "street2": "",
    "postcode": "75011",
    "city": "Paris",
}


def make_buyer(country: str = "FR", **changes: str) -> Buyer:
    return Buyer(**{**DETAILS, "phone": "+33612345678", "region": "", "country": country, **changes})


def make_basket(listings: Sequence[Listing], *, market: str = "FR", quantity: int = 1, **fields: object) -> Basket:
    basket = Basket.objects.create(market=market, created_at=NOW, touched_at=NOW, **fields)
    for listing in listings:
        price = ListingMarket.objects.get(listing=listing, market=market).price_minor
        BasketLine.objects.create(basket=basket, listing=listing, quantity=quantity, price_seen_minor=price)
    return basket


def make_promotion(*, category: str = "", **facts: object) -> Promotion:
    """A code that takes 10 % off in France, paid by the house unless told."""
    return Promotion.objects.create(
        **{
            "market": "FR",
            "name": "Welcome",
            "code": "HELLO10",
            "kind": PromotionKind.PERCENT,
            "permille": 100,
            "starts_at": NOW,
            "created_at": NOW,
            "category": CategoryFactory(key=category) if category else None,
            **facts,
        }
    )


def total_of(basket: Basket, now: datetime = NOW) -> Money:
    return basket_view(basket, market=MARKETS[basket.market], carriers={}, now=now).totals.total


def place(basket: Basket, *, now: datetime = NOW, total: Money | None = None, user_id: int | None = None) -> Order:
    return placement.place_order(
        basket_id=basket.pk,
        buyer=make_buyer(basket.market),
        carriers={},
        expected_total=total or total_of(basket, now),
        user_id=user_id,
        locale="en-fr",
        actor=ACTOR,
        now=now,
    )


def capture(order: Order, *, attempt: int = 0, now: datetime = NOW) -> None:
    """Record that the provider took the order's money, as its webhook or its page would say."""
    payment, _is_new = payments.create_payment(
        reference=order.reference,
        amount=order.total,
        description="",
        email=order.email,
        locale=order.locale,
        return_url="http://127.0.0.1:8000/",
        key=f"{order.reference}:{attempt}",
        provider="sandbox",
        now=now,
    )
    truth = ProviderPayment(
        ref=f"pay_{payment.pk}", state=Truth.SUCCEEDED, amount=order.total, fee=Money.zero(order.currency)
    )
    payments.record_truth(payment_id=payment.public_id, truth=truth, now=now)


def paid_order(*listings: Listing, now: datetime = NOW, user_id: int | None = None) -> Order:
    """An order whose money was taken and whose stock is sold; of one iPhone for 459 euros unless told."""
    order = place(make_basket(listings or [make_listing()]), now=now, user_id=user_id)
    capture(order, now=now)
    settlement.confirm_paid(order_id=order.pk, now=now)
    order.refresh_from_db()
    return order


def accept(line: OrderLine, now: datetime = NOW) -> None:
    lines.accept_line(line_id=line.pk, seller_id=line.seller_id, actor=ACTOR, now=now)


def ship(line: OrderLine, *, imei: str = IMEI, number: str = "", now: datetime = NOW) -> None:
    lines.ship_lines(
        seller_id=line.seller_id,
        order_id=line.order_id,
        carrier="colissimo",
        tracking_number=number or f"6A{line.pk:011d}",
        identifiers={line.pk: imei},
        actor=ACTOR,
        now=now,
    )


def shipped_line() -> OrderLine:
    """A line of 459 euros that was handed over: net 403.92, commission 45.90, its VAT 9.18, fee 4.99."""
    line = paid_order().lines.get()
    accept(line)
    ship(line)
    line.refresh_from_db()
    return line
