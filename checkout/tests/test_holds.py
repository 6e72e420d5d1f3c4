import threading
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.accounts.groups import AGENT
from backmarket.accounts.models import User
from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.audit import entries_of
from backmarket.notify.models import Message
from catalog.tests.factories import NOW, make_listing
from checkout import locks
from checkout.enums import CancelledBy, CheckState, LineState, OrderState
from checkout.flows import acceptance
from checkout.flows import holds as hold_flows
from checkout.models import FraudCheck, Order, OrderLine
from checkout.selectors import orders
from checkout.selectors.fraud import facts_of
from checkout.services import holds, refunds, settlement
from checkout.services.holds import HoldDecidedError, ReasonMissingError
from payments.models import Refund

from .factories import accept, capture, make_basket, paid_order, place, ship
from .test_placement import run_together

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "agent@example.org", 1)
HOUR = timedelta(hours=1)


def held_order(*listings, now=NOW):
    """A dear first order with a disposable address: 30 + 40 points, held at 60."""
    order = place(make_basket(listings or [make_listing(price_minor=130_000, quantity=1)]), now=now)
    Order.objects.filter(pk=order.pk).update(email="ada@mailinator.com")
    order.refresh_from_db()
    capture(order, now=now)
    settlement.confirm_paid(order_id=order.pk, now=now)
    order.refresh_from_db()
    return order


def release(order, now=NOW + HOUR):
    holds.release(order_id=order.pk, reason="called back, all well", actor=STAFF, now=now)


def refuse(order, now=NOW + HOUR):
    return holds.refuse(order_id=order.pk, reason="stolen card", actor=STAFF, now=now)


@pytest.fixture
def agent(client):
    user = User.objects.create_user("agent@example.org", "long enough", is_staff=True)
    user.groups.add(Group.objects.get(name=AGENT))
    client.force_login(user)
    return user


def test_an_ordinary_order_is_checked_and_goes_to_its_seller():
    order = paid_order()

    check = order.fraud_check
    assert (check.state, check.points, check.findings) == (CheckState.CLEAR, 0, [])
    assert order.lines.get().state == LineState.PAID


def test_a_suspicious_order_is_held_paid_and_sold_but_no_clock_runs():
    listing = make_listing(price_minor=130_000, quantity=1)

    order = held_order(listing)

    line, check = order.lines.get(), order.fraud_check
    listing.refresh_from_db()
    assert (order.state, line.state, line.paid_at) == (OrderState.PAID, LineState.ON_HOLD, NOW)
    assert (line.accept_by, line.ship_by) == (None, None)
    assert (listing.quantity, listing.reserved) == (0, 0)
    assert (check.state, check.points, check.hold_at) == (CheckState.HELD, 70, 60)
    assert [finding["rule"] for finding in check.findings] == ["dear_first_order", "disposable_email"]
    assert acceptance.cancel_late(now=NOW + timedelta(days=30)) == 0


def test_a_check_can_be_made_again_from_what_was_stored():
    check = held_order().fraud_check

    verdict = check.replay()

    assert [finding.to_json() for finding in verdict.findings] == check.findings
    assert (verdict.points, verdict.is_held) == (check.points, True)


def test_a_check_stores_nothing_that_names_the_shopper():
    check = held_order().fraud_check

    assert not {"ada@mailinator.com", "Lovelace", "+33612345678", "75011"} & {
        str(value) for value in check.facts.values()
    }


def test_the_seller_does_not_see_a_held_order_nor_one_that_was_refused():
    order = held_order()
    seller_id = order.lines.get().seller_id

    assert not orders.lines_of_seller(seller_id=seller_id).exists()
    refuse(order)

    assert not orders.lines_of_seller(seller_id=seller_id).exists()


def test_the_shopper_hears_that_the_order_is_checked_and_the_seller_nothing():
    order = held_order()

    outbox.drain(now=NOW)

    assert [mail.kind for mail in Message.objects.filter(reference=order.reference)] == ["order_held"]
    assert "24 hours" in Message.objects.get().text


def test_a_released_order_is_the_sellers_with_clocks_that_start_then():
    order = held_order()
    later = NOW + timedelta(days=1, hours=2)

    release(order, now=later)
    outbox.drain(now=later)

    line, check = order.lines.get(), FraudCheck.objects.get()
    assert (line.state, line.paid_at) == (LineState.PAID, NOW)
    assert line.accept_by > later
    assert (check.state, check.decided_by, check.decision_reason) == (
        CheckState.RELEASED,
        "agent@example.org",
        "called back, all well",
    )
    assert "order_confirmed" in {mail.kind for mail in Message.objects.filter(to="ada@mailinator.com")}
    assert [entry.reason for entry in entries_of(check)] == ["called back, all well"]


def test_a_refused_order_is_cancelled_refunded_once_and_on_sale_again():
    listing = make_listing(price_minor=130_000, quantity=1)
    order = held_order(listing)

    sent = refuse(order)
    outbox.drain(now=NOW + HOUR)

    line = order.lines.get()
    listing.refresh_from_db()
    assert [refund.amount for refund in sent] == [order.total]
    assert (line.state, line.cancelled_by) == (LineState.CANCELLED, CancelledBy.MARKETPLACE)
    assert (listing.quantity, listing.reserved) == (1, 0)
    assert FraudCheck.objects.get().state == CheckState.REFUSED
    mail = Message.objects.get(kind="line_cancelled")
    assert "could not confirm" in mail.text
    assert "stolen" not in mail.text + line.cancel_reason


def test_nothing_is_decided_twice_or_without_a_reason():
    order = held_order()

    with pytest.raises(ReasonMissingError):
        holds.refuse(order_id=order.pk, reason=" ", actor=STAFF, now=NOW)
    release(order)
    with pytest.raises(HoldDecidedError):
        refuse(order)

    assert order.lines.get().state == LineState.PAID
    assert not Refund.objects.exists()


def test_the_shopper_may_cancel_while_it_is_checked_and_it_leaves_the_queue():
    order = held_order()
    line = order.lines.get()

    refunds.cancel_line(line_id=line.pk, by=CancelledBy.SHOPPER, reason="no", actor=Actor.guest(), now=NOW)
    with pytest.raises(HoldDecidedError):
        release(order)
    outbox.drain(now=NOW)

    assert FraudCheck.objects.get().state == CheckState.ENDED
    assert Refund.objects.get().amount == order.total


def test_what_the_shopper_left_of_a_held_order_can_still_be_released():
    seller_line = make_listing(price_minor=130_000)
    order = held_order(seller_line, make_listing(price_minor=9_900))
    first, second = order.lines.all()
    refunds.cancel_line(line_id=second.pk, by=CancelledBy.SHOPPER, reason="no", actor=Actor.guest(), now=NOW)
    outbox.drain(now=NOW)

    release(order)

    assert [line.state for line in order.lines.all()] == [LineState.PAID, LineState.CANCELLED]
    assert first.pk == order.lines.first().pk


def test_a_hold_that_lasts_too_long_is_said_to_staff_each_day_and_to_the_shopper_once(agent):
    order = held_order()
    day, two_days = NOW + timedelta(hours=24), NOW + timedelta(hours=49)

    assert hold_flows.remind_overdue(now=NOW + timedelta(hours=23)) == 0
    for moment in (day, day, two_days):
        hold_flows.remind_overdue(now=moment)
        outbox.drain(now=moment)

    kinds = sorted(Message.objects.exclude(kind="order_held").values_list("kind", flat=True))
    assert kinds == ["hold_late", "staff_hold_overdue", "staff_hold_overdue"]
    assert order.lines.get().state == LineState.ON_HOLD


def test_what_was_decided_meanwhile_is_not_reminded_of():
    order = held_order()
    refuse(order)

    assert hold_flows.remind_overdue(now=NOW + timedelta(days=3)) == 0


def test_orders_of_one_person_in_a_day_are_counted_and_older_ones_are_not():
    listing = make_listing(quantity=9)
    paid_order(listing, now=NOW - timedelta(hours=25))
    for _ in range(2):
        place(make_basket([listing]))
    order = place(make_basket([listing]))
    Order.objects.filter(pk=order.pk).update(street="Elsewhere 3")
    order.refresh_from_db()

    facts = facts_of(order, now=NOW)

    assert (facts.recent_by_email, facts.recent_by_phone, facts.recent_by_address, facts.recent_by_origin) == (
        2,
        2,
        0,
        0,
    )
    assert (facts.paid_before, facts.delivered_before, facts.names_before) == (1, 0, 0)


def test_trust_is_of_accounts_whose_orders_arrived_and_stayed():
    user = User.objects.create_user("ada@example.org", "long enough")
    kept, sent_back = paid_order(user_id=user.pk), paid_order(user_id=user.pk)
    for order, imei in ((kept, "490154203237518"), (sent_back, "356938035643809")):
        line = order.lines.get()
        accept(line)
        ship(line, imei=imei)
    OrderLine.objects.filter(order=kept).update(state=LineState.DELIVERED)
    OrderLine.objects.filter(order=sent_back).update(state=LineState.REFUNDED_AFTER_SHIPPING)

    facts = facts_of(place(make_basket([make_listing()]), user_id=user.pk), now=NOW)
    as_guest = facts_of(place(make_basket([make_listing()])), now=NOW)

    assert (facts.delivered_before, as_guest.delivered_before) == (1, 0)


def test_who_was_refused_once_is_looked_at_again():
    refuse(held_order())

    order = paid_order()

    assert order.fraud_check.findings == [{"rule": "refused_before", "points": 60}]
    assert order.lines.get().state == LineState.ON_HOLD


def test_the_facts_of_an_order_take_five_queries(django_assert_num_queries):
    order = place(make_basket([make_listing()]))

    with django_assert_num_queries(5):
        facts_of(order, now=NOW)


def test_an_agent_sees_what_waits_with_its_reasons_and_releases_it(client, agent):
    order, other = held_order(), paid_order()
    check = order.fraud_check

    queue = client.get("/admin/checkout/fraudcheck/")
    page = client.get(f"/admin/checkout/fraudcheck/{check.pk}/change/")
    refused = client.post(f"/admin/checkout/fraudcheck/{check.pk}/release/", {"reason": ""})
    done = client.post(f"/admin/checkout/fraudcheck/{check.pk}/release/", {"reason": "known to us"})
    again = client.post(f"/admin/checkout/fraudcheck/{check.pk}/refuse/", {"reason": "no"})

    assertContains(queue, order.number_text)
    assertNotContains(queue, other.number_text)
    assertContains(queue, "The e-mail address is a disposable one, of mailinator.com.")
    assertContains(page, f"/admin/checkout/fraudcheck/{check.pk}/refuse/")
    assert (refused.status_code, done.status_code, again.status_code) == (422, 302, 422)
    assert order.lines.get().state == LineState.PAID


def test_nobody_else_decides(client):
    check = held_order().fraud_check
    client.force_login(User.objects.create_user("staff@example.org", "long enough", is_staff=True))

    for action in ("release", "refuse"):
        assert client.post(f"/admin/checkout/fraudcheck/{check.pk}/{action}/", {"reason": "x"}).status_code == 404

    check.refresh_from_db()
    assert check.state == CheckState.HELD


def test_the_order_page_says_that_it_is_checked(client):
    order = held_order()
    page = client.get(orders.link_path(order), follow=True)

    assertContains(page, "We are checking your order.")
    assertContains(page, "Cancel this item")
    assertNotContains(page, "It is yours")


def decide(*works):
    """Do several things to one order at once, each in a transaction of its own."""

    def work(number):
        name, action = works[number]
        with transaction.atomic(durable=True):
            action()
        return name

    return run_together(len(works), work)


def shopper_cancels(order):
    line_id = order.lines.get().pk
    return lambda: refunds.cancel_line(
        line_id=line_id, by=CancelledBy.SHOPPER, reason="no", actor=Actor.guest(), now=NOW
    )


def meeting(real, unlocked):
    """Replace a lock by a plain read after which all wait for each other."""
    met = threading.Barrier(2, timeout=5)

    def read(*args):
        found = unlocked(*args)
        met.wait()
        return found

    return mock.patch.object(locks, real, read)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_of_the_staff_decide_at_once_and_one_of_them_is_told():
    listing = make_listing(price_minor=130_000, quantity=1)
    order = held_order(listing)

    ended = decide(("released", lambda: release(order)), ("refused", lambda: refuse(order)))

    state, line = FraudCheck.objects.get().state, order.lines.get()
    listing.refresh_from_db()
    assert ended["HoldDecidedError"] == 1
    assert ended[state] == 1
    outcome = (line.state, Refund.objects.count(), listing.quantity)
    assert outcome == ((LineState.PAID, 0, 0) if state == "released" else (LineState.CANCELLED, 1, 1))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_checks_lock_two_of_the_staff_both_decide():
    """Twin: with plain reads both decisions go through, against each other."""
    order = held_order()
    plain_check = lambda order_id: FraudCheck.objects.filter(order_id=order_id, state=CheckState.HELD).first()  # noqa: E731

    with (
        meeting("lock_held_check", plain_check),
        meeting("lock_lines", lambda ids: list(OrderLine.objects.filter(pk__in=ids))),
    ):
        ended = decide(("released", lambda: release(order)), ("refused", lambda: refuse(order)))

    assert ended == {"released": 1, "refused": 1}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_of_the_staff_refuse_and_the_shopper_cancels_at_once_and_the_money_goes_back_once():
    listing = make_listing(price_minor=130_000, quantity=1)
    order = held_order(listing)

    ended = decide(
        ("refused", lambda: refuse(order)), ("refused", lambda: refuse(order)), ("cancelled", shopper_cancels(order))
    )

    listing.refresh_from_db()
    assert ended["refused"] + ended["cancelled"] == 1
    assert set(ended) <= {"refused", "cancelled", "HoldDecidedError", "MoveRefusedError"}
    assert (order.lines.get().state, Refund.objects.count(), listing.quantity) == (LineState.CANCELLED, 1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lines_lock_a_refusal_and_a_cancellation_collide():
    """Twin: both read the line as on hold, both take it back, and only the refund's key is left."""
    order = held_order()

    with meeting("lock_line", lambda line_id: OrderLine.objects.select_related("order", "seller").get(pk=line_id)):
        ended = decide(("refused", lambda: refuse(order)), ("cancelled", shopper_cancels(order)))

    assert ended["RefundKeyReusedError"] == 1
    assert ended["refused"] + ended["cancelled"] == 1
    assert Refund.objects.count() == 1
