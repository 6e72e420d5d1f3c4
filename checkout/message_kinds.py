"""The messages of buying: what each is for, and an example of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS, market_of_locale
from backmarket.notify.enums import Audience, Category
from backmarket.notify.kinds import define
from checkout.enums import CancelledBy, LineState, ParcelState
from checkout.models import Order
from payments.selectors.stored_value import Tender
from payments.selectors.views import RefundView

AT = datetime(2026, 11, 20, 10, 24, tzinfo=UTC)
KEY = UUID("8f6f2f9e-5c1b-4d0e-9f5e-0d9f5c0b7d11")
ORDER_URL = "https://example.org/order"
OFFICE_URL = "https://example.org/office/order"


def sample_order(locale: str) -> Order:
    """An order as the examples tell of it; it is never saved."""
    market = market_of_locale(locale)
    return Order(
        number=30407715,
        public_id=KEY,
        email="ada@example.org",
        locale=locale,
        market=market.code,
        currency=market.currency,
        first_name="Ada",
        last_name="Lovelace",
        street="12 rue de la Roquette",
        postcode="75011",
        city="Paris",
        country=market.code,
        phone=market.phone_example,
        total_minor=35_898,
        credit_minor=5_000,
        placed_at=AT,
        paid_at=AT,
    )


def sample_line(locale: str, **facts: Any) -> SimpleNamespace:
    """A line of that order, with all that templates say of one."""
    order = sample_order(locale)

    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    return SimpleNamespace(
        **{
            "order": order,
            "public_id": KEY,
            "title": "iPhone 13",
            "variant": "128 GB",
            "grade": "good",
            "quantity": 1,
            "price": money(34_900),
            "shipping": money(0),
            "service_fee": money(499),
            "protection": money(499),
            "discount": money(0),
            "sales_tax": money(0),
            "total": money(35_898),
            "seller": SimpleNamespace(name="Atelier Lumière"),
            "parcel": sample_parcel(order),
            "imei": "490154203237518",
            "identifier": "490154203237518",
            "cancelled_by": CancelledBy.SELLER.value,
            "state": LineState.SHIPPED.value,
            "earliest_delivery_date": AT.date() + timedelta(days=3),
            "latest_delivery_date": AT.date() + timedelta(days=5),
            **facts,
        }
    )


def sample_parcel(order: Order) -> SimpleNamespace:
    carrier = MARKETS[order.market].carriers[0]
    number = "RB000000012FR"
    return SimpleNamespace(
        order=order,
        seller=SimpleNamespace(name="Atelier Lumière"),
        carrier_name=carrier.name,
        tracking_number=number,
        tracking_url=carrier.tracking_url.replace("{number}", number),
        state=ParcelState.ON_ITS_WAY.value,
    )


def _facts(locale: str) -> dict[str, Any]:
    """What all of the examples have."""
    line = sample_line(locale)
    order = line.order
    return {
        "order": order,
        "order_url": ORDER_URL,
        "office_url": OFFICE_URL,
        "line": line,
        "lines": [line],
        "parcel": line.parcel,
        "seller": line.seller,
        "point": "",
    }


def _confirmed(locale: str) -> Mapping[str, Any]:
    facts = _facts(locale)
    line, currency = facts["line"], facts["order"].currency
    names = ("shipping", "protection", "service_fee", "sales_tax", "discount")
    sums = SimpleNamespace(goods=line.price, **{name: getattr(line, name) for name in names})
    tender = Tender("1234", Money(5_000, currency), Money.zero(currency))
    return {**facts, "sums": sums, "tenders": [tender]}


def _refunded(locale: str) -> Mapping[str, Any]:
    facts = _facts(locale)
    currency = facts["order"].currency
    refund = RefundView(KEY, "pending", Money(35_898, currency), Money(5_000, currency))
    return {**facts, "refund": refund}


def _with(**more: Any) -> Any:
    return lambda locale: {**_facts(locale), **more}


def _for_seller(locale: str) -> Mapping[str, Any]:
    facts = _facts(locale)
    return {**facts, "earned": facts["line"].price}


define("order_confirmed", _("The order is paid and its items are sold."), _confirmed)
define("order_held", _("The order is paid, and a person looks at it first."), _facts)
define("hold_late", _("That look takes longer than promised."), _facts)
define("order_unpaid", _("The order ended without payment, or its money goes back."), _with(money_goes_back=True))
define("account_link", _("The link that opens an account for a guest’s order."), _with(account_url=ORDER_URL))
define("address_changed", _("The shopper changed where the order goes."), _facts)
define("line_accepted", _("A seller packs the order."), _facts, category=Category.DELIVERY)
define("parcel_shipped", _("A parcel is with its carrier."), _facts, has_text=True)
define("parcel_arriving", _("A parcel arrives today."), _facts, category=Category.DELIVERY, has_text=True)
define(
    "parcel_ready",
    _("A parcel waits at its pick-up point."),
    _with(point="Tabac Le Longchamp, 14 avenue de la République, 75011 Paris"),
    has_text=True,
)
define("parcel_late", _("A parcel is later than promised."), _facts)
define("parcel_returning", _("A parcel goes back to its seller."), _facts)
define("parcel_lost", _("A parcel was lost; its money goes back."), _facts)
define(
    "line_delivered",
    _("A parcel was delivered."),
    _with(at=AT + timedelta(days=4), until=AT.date() + timedelta(days=34)),
    category=Category.DELIVERY,
    has_text=True,
)
define("line_cancelled", _("An item was cancelled; its money goes back."), _with(is_refused=False))
define("line_refunded", _("Money is on its way back."), _refunded)
define(
    "line_withdrawn",
    _("The dated receipt of a withdrawal from the contract."),
    _with(withdrawal=SimpleNamespace(public_id=KEY, declared_at=AT + timedelta(days=9)), receipt_url=ORDER_URL),
)
define("review_request", _("A week after delivery: how is it?"), _with(review_url=ORDER_URL), category=Category.REVIEWS)
define(
    "review_answered",
    _("A seller answered a review."),
    _with(said=SimpleNamespace(seller_name="Atelier Lumière", answer="Merci, Ada. — Thank you.")),
    category=Category.REVIEWS,
)
for _name, _tells in (
    ("seller_new_order", _("A new order waits to be accepted.")),
    ("seller_address_changed", _("An order goes to another address.")),
    ("seller_parcel_late", _("A parcel of the seller is late.")),
    ("seller_parcel_returning", _("A parcel of the seller comes back.")),
    ("seller_parcel_lost", _("A parcel of the seller was lost.")),
):
    define(_name, _tells, _for_seller, audience=Audience.SELLER)
define(
    "staff_hold_overdue",
    _("An order waits for a decision longer than promised."),
    _with(check=SimpleNamespace(checked_at=AT, points=70), check_url=OFFICE_URL),
    audience=Audience.STAFF,
)
