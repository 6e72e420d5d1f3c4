import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from backmarket.accounts.groups import AGENT
from backmarket.accounts.models import User
from backmarket.core import outbox
from catalog.tests.factories import NOW
from checkout.models import CarrierMessage, Parcel, ParcelEvent

from .factories import shipped_line
from .test_carrier_hooks import message, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    user = User.objects.create_user("agent@example.org", "long enough", is_staff=True)
    user.groups.add(Group.objects.get(name=AGENT))
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"admin:checkout_{name}", args=args)


def test_support_finds_a_parcel_and_sees_what_its_carrier_said(agent, client):
    shipped_line()
    parcel = Parcel.objects.get()
    parcel.events.create(carrier_event_id="1", code="in_transit", place="Lyon", scanned_at=NOW, recorded_at=NOW)

    found = client.get(url("parcel_changelist"), {"q": parcel.tracking_number})
    late = client.get(url("parcel_changelist"), {"late": "1"})
    page = client.get(url("parcel_change", parcel.pk))

    assertContains(found, parcel.tracking_number)
    assertNotContains(late, parcel.tracking_number)
    assertContains(page, "Lyon")
    assertContains(page, "Count as lost")


def test_support_counts_a_parcel_as_lost_for_a_reason(agent, client):
    line = shipped_line()
    address = url("parcel_declare", line.parcel_id, "lost")

    asked = client.get(address)
    empty = client.post(address, {"reason": " "})
    done = client.post(address, {"reason": "The carrier said so on the phone."})
    again = client.post(address, {"reason": "Again."})

    assertContains(asked, "How do you know?")
    assert empty.status_code == 422
    assertRedirects(done, url("parcel_change", line.parcel_id))
    assertContains(again, "This step is no longer possible.", status_code=422)
    assert Parcel.objects.get().state == "lost"


def test_the_sandbox_carrier_scans_a_parcel_of_the_demo(agent, client):
    line = shipped_line()

    client.post(url("parcel_scan", line.parcel_id), {"code": "out_for_delivery", "place": "Paris 11"})
    outbox.drain(now=NOW)

    assert [(scan.code, scan.place) for scan in ParcelEvent.objects.all()] == [("out_for_delivery", "Paris 11")]


def test_outside_of_the_demo_nobody_makes_up_scans(agent, client, settings):
    settings.DEMO = False
    line = shipped_line()

    assert client.get(url("parcel_scan", line.parcel_id)).status_code == 404
    assertNotContains(client.get(url("parcel_change", line.parcel_id)), "Let the carrier scan it")


def test_support_reads_messages_and_what_of_them_was_not_understood(agent, client):
    send(client, message({"id": "<b>"}))
    outbox.drain(now=NOW)
    stored = CarrierMessage.objects.get()

    page = client.get(url("carriermessage_change", stored.pk))

    assertContains(page, "&lt;b&gt;")
    assertContains(page, stored.problem.replace("'", "&#x27;"))
    for name in ("carriermessage", "waitingscan", "shippinglabel"):
        assert client.get(url(f"{name}_changelist")).status_code == 200


def test_parcels_are_for_support_alone(client):
    line = shipped_line()
    client.force_login(User.objects.create_user("clerk@example.org", "long enough", is_staff=True))

    answers = [
        client.get(url("parcel_changelist")),
        client.get(url("parcel_change", line.parcel_id)),
        client.post(url("parcel_declare", line.parcel_id, "lost"), {"reason": "mine"}),
        client.post(url("parcel_scan", line.parcel_id), {"code": "delivered"}),
    ]

    assert all(answer.status_code in (403, 404) for answer in answers)
    assert Parcel.objects.get().state == "on_its_way"
