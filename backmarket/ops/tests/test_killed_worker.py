import boto3
import pytest
from django.db import transaction
from django.utils import timezone

from backmarket.core.actors import Actor
from backmarket.core.models import AuditEntry, InboxEvent
from backmarket.core.money import Money
from catalog.tests.factories import make_listing
from checkout.enums import LineState, OrderState
from checkout.models import Basket, BasketLine, Order
from checkout.rules.buyer import Buyer
from checkout.services.placement import place_order
from payments.models import Entry, Payment
from payments.services.payments import record_capture

from .queue_stack import queue_stack, wait_until

VISIBILITY_S = 5
BUYER = Buyer(
    email="ada@example.com",
    first_name="Ada",
    last_name="Byron",
    company="",
    street="1 rue des Ateliers",
    street2="",
    postcode="69001",
    city="Lyon",
    region="",
    country="FR",
    phone="+33612345678",
)


def placed_order() -> tuple[Order, Payment]:
    now = timezone.now()
    listing = make_listing(quantity=3)
    basket = Basket.objects.create(market="FR", created_at=now, touched_at=now)
    BasketLine.objects.create(basket=basket, listing=listing, quantity=1, price_seen_minor=45_900)
    order = place_order(
        basket_id=basket.pk,
        buyer=BUYER,
        carriers={},
        expected_total=Money(46_399, "EUR"),
        user_id=None,
        locale="fr-fr",
        actor=Actor.guest(),
        now=now,
    )
    payment = Payment.objects.create(
        reference=order.reference,
        amount_minor=order.total_minor,
        currency="EUR",
        provider="sandbox",
        state="pending",
        key=f"{order.reference}:0",
        return_url="http://127.0.0.1/",
        created_at=now,
    )
    return order, payment


def shorten_visibility(endpoint: str) -> None:
    sqs = boto3.client("sqs", endpoint_url=endpoint, region_name="eu-west-3")
    url = sqs.get_queue_url(QueueName="backmarket-perfect-journey")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(VISIBILITY_S)})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("point", "state_after_crash"), [("before", OrderState.PENDING_PAYMENT), ("after", OrderState.PAID)]
)
def test_a_worker_killed_between_capture_and_confirmation_loses_nothing(tmp_path, point, state_after_crash):
    with queue_stack(tmp_path) as stack:
        shorten_visibility(stack.env["SQS_ENDPOINT_URL"])
        order, payment = placed_order()
        with transaction.atomic():
            record_capture(
                payment_id=payment.public_id, amount=order.total, key="sandbox:pay_1", captured_at=timezone.now()
            )
        stack.start_relay()
        doomed = stack.start_worker("backmarket.ops.tests.crashing_worker", CRASH_POINT=point)

        assert wait_until(lambda: doomed.poll() is not None), stack.log.read_text()[-3000:]
        order.refresh_from_db()
        assert order.state == state_after_crash

        stack.start_worker()
        handled = "checkout.handlers.confirm_paid_order"
        assert wait_until(lambda: bool(inbox(handled))), stack.log.read_text()[-3000:]

    order.refresh_from_db()
    line = order.lines.get()
    assert (order.state, line.state) == (OrderState.PAID, LineState.PAID)
    assert (line.listing.quantity, line.listing.reserved) == (2, 0)
    assert AuditEntry.objects.filter(action="order paid").count() == 1
    assert Entry.objects.filter(kind="sale_captured").count() == 1


def inbox(handler: str) -> list[int]:
    return list(InboxEvent.objects.filter(handler=handler).values_list("event_id", flat=True))
