"""Orders, lines and tickets with the fewest defaults."""

import io
import uuid
from datetime import UTC, date, datetime

import factory
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory
from PIL import Image

from backmarket.accounts.groups import AGENT
from backmarket.accounts.models import User
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from care.models import Ticket
from care.services import tickets
from catalog.tests.factories import ListingFactory
from checkout.enums import LineState, OrderState
from checkout.models import Order, OrderLine
from checkout.services import lines
from payments.flows import payin
from payments.providers.base import ProviderPayment, Truth
from payments.services import payments
from payments.testing import SandboxProviderProcess

# A Monday without a holiday in France, noon there.
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


class OrderFactory(DjangoModelFactory[Order]):
    class Meta:
        model = Order

    number = factory.Sequence(lambda n: 30_407_715 + n)
    email = "maren@example.com"
    locale = "en-gb"
    market = "FR"
    currency = "EUR"
    state = OrderState.PAID
    first_name = "Maren"
    last_name = "Holtkamp"
    street = "Hafenweg 8"
    postcode = "75011"
    city = "Paris"
    country = "FR"
    phone = "+33612345678"
    total_minor = 29_150
    reservation_expires_at = NOW
    placed_at = NOW
    paid_at = NOW


class OrderLineFactory(DjangoModelFactory[OrderLine]):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory)
    listing = factory.SubFactory(ListingFactory)
    seller = factory.LazyAttribute(lambda line: line.listing.seller)
    sku = factory.LazyAttribute(lambda line: line.listing.sku)
    product = factory.LazyAttribute(lambda line: line.listing.sku.product)
    grade = "good"
    title = "iPhone 13"
    variant = "128 GB · Midnight"
    family = "phone-dual"
    colour_hex = "#242a33"
    currency = "EUR"
    price_minor = 28_900
    service_fee_minor = 250
    commission_permille = 100
    commission_minor = 2_890
    commission_vat_minor = 578
    vat_jurisdiction = "FR"
    carrier = "colissimo"
    warranty_months = 12
    handling_hours = 24
    earliest_delivery_date = date(2026, 11, 25)
    latest_delivery_date = date(2026, 11, 27)
    state = LineState.DELIVERED
    paid_at = NOW


def make_ticket(line: OrderLine | None = None, *, now: datetime = NOW, **fields: str) -> Ticket:
    """Open a ticket as its shopper would."""
    line = line or OrderLineFactory.create()
    words = {"issue": "battery", "wished_outcome": "refund", "text": "Empty after three hours.", **fields}
    return tickets.open_ticket(
        line_id=line.pk, author_name="Maren Holtkamp", photos=[], actor=Actor.guest(), now=now, **words
    )


def make_shipped_line(provider: SandboxProviderProcess | None = None, **fields: object) -> OrderLine:
    """
    Make a line whose order was captured and which its seller handed over, every cent in the ledger.

    With a provider the money is really there; without one only the ledger knows of it.
    """
    line = OrderLineFactory.create(state=LineState.ACCEPTED, **fields)
    order = line.order
    if provider is None:
        _record_payment(order)
    else:
        _pay(order, provider)
    lines.ship_lines(
        seller_id=line.seller_id,
        order_id=order.pk,
        carrier=order.market_facts.carriers[0].key,
        tracking_number="LX123456789FR",
        identifiers={line.pk: ""},
        actor=Actor.system("test"),
        now=NOW,
    )
    line.refresh_from_db()
    return line


def _words(order: Order) -> dict[str, str]:
    return {
        "reference": order.reference,
        "description": "Order",
        "email": order.email,
        "locale": order.locale,
        "return_url": "http://127.0.0.1:8000/",
        "key": order.reference,
    }


def _record_payment(order: Order) -> None:
    payment, _ = payments.create_payment(**_words(order), amount=order.total, provider="sandbox", now=NOW)
    truth = ProviderPayment(f"pay_{uuid.uuid4().hex}", Truth.SUCCEEDED, order.total, Money(0, order.currency))
    payments.record_truth(payment_id=payment.public_id, truth=truth, now=NOW)


def _pay(order: Order, provider: SandboxProviderProcess) -> None:
    started = payin.start_payment(**_words(order), amount=order.total, now=NOW)
    provider.pay(started.redirect_url)
    payin.refresh_payment(payment_id=started.public_id, now=NOW)


def make_agent(*groups: str, email: str = "agent@example.com", **fields: object) -> User:
    """Make a member of staff, by default of the agents."""
    user = User.objects.create_user(email, "secret", name="Jonas Albrecht", is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups or (AGENT,)))
    return user


def picture(name: str = "photo.jpg", *, size: tuple[int, int] = (640, 480), kind: str = "JPEG", **save: object):
    """Return an upload that is really a picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "#7fd1ac").save(buffer, kind, **save)
    return SimpleUploadedFile(name, buffer.getvalue(), content_type=f"image/{kind.lower()}")
