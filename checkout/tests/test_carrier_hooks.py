"""Carriers' messages: only what a carrier signed is stored (S5), once, and each scan of it is taken once."""

import json
from datetime import timedelta

import pytest

from backmarket.core import clock, outbox
from backmarket.core.models import OutboxEvent
from backmarket.core.signatures import header
from catalog.tests.factories import NOW
from checkout import locks
from checkout.carriers.base import Scan
from checkout.models import CarrierMessage, Parcel, ParcelEvent, WaitingScan
from checkout.services import carrier_messages, tracking

from .factories import ACTOR, accept, paid_order, ship
from .test_address_changes import at_once

pytestmark = pytest.mark.django_db
URL = "/hooks/carriers/sandbox/"
CURRENT, PREVIOUS = "carsec_current", "carsec_previous"
NUMBER = "RB000000012FR"


def told(**changes):
    scan = {"id": "s1", "carrier": "colissimo", "tracking_number": NUMBER, "code": "in_transit", "at": NOW.isoformat()}
    return {**scan, "place": "Lyon", "text": "Sorted", **changes}


def message(*scans, key="m1"):
    return json.dumps({"id": key, "scans": list(scans)}).encode()


def send(client, body, *, secret=CURRENT, age=0, signature=None):
    at = int(clock.now().timestamp()) - age
    signed = header(secret, at, body) if signature is None else signature
    return client.post(URL, body, content_type="application/json", headers={"Carrier-Signature": signed})


def sent_line():
    line = paid_order().lines.get()
    accept(line)
    ship(line, number=NUMBER)
    line.refresh_from_db()
    return line


@pytest.mark.parametrize("secret", [CURRENT, PREVIOUS])
def test_a_signed_message_moves_its_parcel_once_however_often_it_comes(client, secret):
    line = sent_line()
    body = message(told(), told(id="s2", code="delivered", at=(NOW + timedelta(hours=20)).isoformat()))

    answers = [send(client, body, secret=secret).status_code for _ in range(3)]
    outbox.drain(now=NOW + timedelta(days=1))

    line.refresh_from_db()
    assert answers == [200, 200, 200]
    assert CarrierMessage.objects.count() == 1
    assert [(event.code, event.place) for event in ParcelEvent.objects.all()] == [
        ("in_transit", "Lyon"),
        ("delivered", "Lyon"),
    ]
    assert (line.state, line.delivered_at) == ("delivered", NOW + timedelta(hours=20))


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "carsec_other"},
        {"age": 301},
        {"age": -301},
        {"signature": ""},
        {"signature": "t=1,v1=00"},
    ],
)
def test_what_is_not_signed_now_by_the_carrier_is_refused_and_leaves_no_row(client, wrong):
    answer = send(client, message(told()), **wrong)

    assert answer.status_code == 400
    assert (CarrierMessage.objects.count(), OutboxEvent.objects.count()) == (0, 0)


def test_a_body_altered_after_signing_is_refused(client):
    body = message(told())
    signed = header(CURRENT, int(clock.now().timestamp()), body)

    answer = send(client, body.replace(b"Lyon", b"Nice"), signature=signed)

    assert answer.status_code == 400
    assert not CarrierMessage.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"id": 1}', b'{"id": ""}', b"[" * 100_000])
def test_a_signed_message_without_an_id_is_refused(client, body):
    assert send(client, body).status_code == 400
    assert not CarrierMessage.objects.exists()


def test_an_unknown_carrier_has_no_address_and_messages_are_posted(client):
    assert client.post("/hooks/carriers/pigeon/", b"{}", content_type="application/json").status_code == 404
    assert client.get(URL).status_code == 405


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "beamed"}, "no code 'beamed'"),
        ({"carrier": "pigeon"}, "no carrier 'pigeon'"),
        ({"at": "2026-11-20T10:00:00"}, "`at` is not an instant with a time zone"),
        ({"at": "soon"}, "`at` is not an instant"),
        ({"tracking_number": ""}, "`tracking_number` is a text of at most 60 letters"),
        ({"id": "x" * 81}, "`id` is a text of at most 80 letters"),
        ({"place": 7}, "`place` is a text"),
        ({"text": "a\0b"}, "`text` is a text"),
    ],
)
def test_what_of_a_message_cannot_be_read_is_noted_and_the_rest_is_taken(client, wrong, said):
    line = sent_line()

    send(client, message(told(id="bad") | wrong, told()))
    outbox.drain(now=NOW)

    assert said in CarrierMessage.objects.get().problem
    assert [event.carrier_event_id for event in line.parcel.events.all()] == ["s1"]


@pytest.mark.parametrize("scans", [None, [], "x", [1], [{}] * 501])
def test_a_message_of_nothing_readable_is_noted(client, scans):
    send(client, json.dumps({"id": "m1", "scans": scans}).encode())
    outbox.drain(now=NOW)

    assert CarrierMessage.objects.get().problem
    assert not WaitingScan.objects.exists()


def test_a_scan_that_is_faster_than_the_seller_waits_for_the_parcel(client):
    line = paid_order().lines.get()
    accept(line)
    for _ in range(2):
        send(client, message(told(code="handed_over")))
    outbox.drain(now=NOW)
    assert WaitingScan.objects.count() == 1

    ship(line, number="rb 0000 0001 2 fr")
    outbox.drain(now=NOW)

    parcel = Parcel.objects.get()
    assert [event.code for event in parcel.events.all()] == ["handed_over"]
    assert parcel.is_tracked
    assert not WaitingScan.objects.exists()


def waiting_scan():
    return Scan("colissimo", NUMBER, "s1", "in_transit", NOW, "", "")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_scan_and_a_dispatch_at_once_lose_nothing():
    line = paid_order().lines.get()
    accept(line)

    at_once(lambda: tracking.take_scan(waiting_scan(), actor=ACTOR, now=NOW), lambda: ship(line, number=NUMBER))
    outbox.drain(now=NOW)

    assert (ParcelEvent.objects.count(), WaitingScan.objects.count()) == (1, 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twin_without_the_numbers_lock_a_scan_waits_for_ever(monkeypatch):
    line = paid_order().lines.get()
    accept(line)
    monkeypatch.setattr(locks, "lock_tracking_number", lambda number: None)

    def dispatch():
        ship(line, number=NUMBER)

    def adopt_at_once():
        dispatch()
        tracking.adopt_scans(parcel_id=Parcel.objects.get().pk, actor=ACTOR, now=NOW)

    at_once(lambda: tracking.take_scan(waiting_scan(), actor=ACTOR, now=NOW), adopt_at_once)

    assert (ParcelEvent.objects.count(), WaitingScan.objects.count()) == (0, 1)


def test_old_messages_and_scans_of_nobody_are_forgotten():
    carrier_messages.store_message(client="sandbox", message_id="m1", body=b"{}", now=NOW)
    tracking.take_scan(waiting_scan(), actor=ACTOR, now=NOW)

    forgotten = [
        (
            carrier_messages.forget_messages(now=NOW + timedelta(days=days)),
            tracking.forget_waiting_scans(now=NOW + timedelta(days=days)),
        )
        for days in (60, 91)
    ]

    assert forgotten == [(0, 0), (1, 1)]
