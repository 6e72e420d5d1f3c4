"""Texts about the delivery, for whoever asked for them; and the one question a week after it."""

from datetime import timedelta

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from backmarket.core import outbox
from backmarket.markets.registry import MARKETS
from backmarket.notify.models import Message, Text
from backmarket.notify.services import choose, recipient_of
from catalog.tests.factories import NOW
from checkout.enums import LineState
from checkout.flows import reviews
from checkout.models import Order, OrderLine
from checkout.services import lines, refunds, tracking
from checkout.services.reviews import review_line
from checkout.web.forms import DetailsForm

from .factories import ACTOR, DETAILS, shipped_line

committed = pytest.mark.django_db(transaction=True)
WEEK = timedelta(days=7)


def texting_line():
    line = shipped_line()
    Order.objects.update(wants_texts=True)
    return line


def scan(line, code, *, hours=4):
    at = NOW + timedelta(hours=hours)
    tracking.record_parcel_event(parcel_id=line.parcel_id, carrier_event_id=code, code=code, at=at, actor=ACTOR, now=at)
    outbox.drain(now=at)


def delivered_line(at=NOW):
    line = shipped_line()
    lines.mark_delivered(line_id=line.pk, actor=ACTOR, now=at)
    outbox.drain(now=at)
    line.refresh_from_db()
    return line


@pytest.mark.django_db
def test_whoever_asked_for_texts_gets_one_each_step_to_the_phone_of_the_order():
    line = texting_line()
    outbox.drain(now=NOW)

    scan(line, "out_for_delivery", hours=2)
    scan(line, "delivered", hours=4)

    texts = Text.objects.order_by("pk")
    assert [text.kind for text in texts] == ["parcel_shipped", "parcel_arriving", "line_delivered"]
    assert {text.to for text in texts} == {line.order.phone}
    assert "arrives today" in texts[1].body


@pytest.mark.django_db
def test_nobody_reads_tomorrow_that_it_arrives_today():
    line = texting_line()

    scan(line, "out_for_delivery", hours=11)

    text = Text.objects.get(kind="parcel_arriving")
    assert text.due_at > text.expires_at


@pytest.mark.django_db
def test_who_did_not_ask_gets_none_and_who_switched_them_off_neither():
    scan(shipped_line(), "out_for_delivery")
    assert not Text.objects.exists()
    Order.objects.update(wants_texts=True)
    choose(recipient=recipient_of("ada@example.org"), wanted=["delivery"], wants_texts=False, now=NOW)

    scan(OrderLine.objects.get(), "delivered", hours=6)

    assert not Text.objects.exists()
    assert Message.objects.filter(kind="line_delivered").exists()


@pytest.mark.parametrize(("ticked", "wanted"), [({"wants_texts": "on"}, True), ({}, False)])
def test_the_wish_for_texts_comes_from_the_form(ticked, wanted):
    form = DetailsForm({**DETAILS, **ticked}, market=MARKETS["FR"], carriers=[])

    assert form.is_valid(), form.errors
    assert form.buyer().wants_texts is wanted


@committed
def test_a_week_after_delivery_one_review_is_asked_for_and_its_link_opens_the_form(client):
    line = delivered_line()

    looked_at = [reviews.ask_for_reviews(now=now) for now in (NOW + WEEK - timedelta(hours=1), NOW + WEEK, NOW + WEEK)]
    outbox.drain(now=NOW + WEEK)

    mail = Message.objects.get(kind="review_request")
    assert looked_at == [0, 1, 0]
    assert line.title in mail.subject
    assert mail.unsubscribe_url.endswith("/off/reviews/")
    link = next(word for word in mail.text.split() if "review=" in word)
    path = link.partition("8000")[2]
    form_url = f"/en-fr/orders/{line.order.public_id}/lines/{line.public_id}/review/"
    assertRedirects(client.get(path), form_url)
    assertContains(client.get(form_url), "Stars")


@committed
@pytest.mark.parametrize("why", ["reviewed", "refunded", "too old"])
def test_nobody_is_asked_about_what_is_reviewed_refunded_or_long_ago(why):
    line = delivered_line()
    now = NOW + WEEK
    if why == "reviewed":
        review_line(line=line, rating=5, text="Fine", now=NOW)
    elif why == "refunded":
        refunds.refund_line(
            line_id=line.pk, amount=None, reason="broken", borne_by="seller", actor=ACTOR, key="k", now=NOW
        )
    else:
        now = NOW + timedelta(days=15)

    reviews.ask_for_reviews(now=now)
    outbox.drain(now=now)

    assert not Message.objects.filter(kind="review_request").exists()
    assert OrderLine.objects.get().state in (LineState.DELIVERED, LineState.REFUNDED_AFTER_SHIPPING)
