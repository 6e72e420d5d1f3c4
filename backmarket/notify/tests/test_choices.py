from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from backmarket.accounts.groups import AGENT
from backmarket.accounts.models import User
from backmarket.notify.kinds import KINDS
from backmarket.notify.models import Recipient
from backmarket.notify.services import recipient_of

pytestmark = pytest.mark.django_db


def page_of(recipient):
    return f"/en-gb/messages/{recipient.token}/"


def off_of(recipient, category="reviews"):
    return f"{page_of(recipient)}off/{category}/"


def test_a_guest_chooses_by_the_link_of_a_mail(client):
    recipient = recipient_of("ada@example.org")

    shown = client.get(page_of(recipient))
    kept = client.post(page_of(recipient), {"wanted": ["alerts", "essential", "spam"], "texts": "1"})

    assertContains(shown, "ad••@example.org")
    assertNotContains(shown, "ada@example.org")
    assertRedirects(kept, page_of(recipient))
    recipient.refresh_from_db()
    assert (recipient.mails_off, recipient.is_texts_off) == (["delivery", "reviews"], False)


def test_one_press_leaves_only_what_must_be(client):
    recipient = recipient_of("ada@example.org")

    client.post(page_of(recipient), {"nothing": "1", "wanted": ["alerts"], "texts": "1"})

    recipient.refresh_from_db()
    assert (recipient.mails_off, recipient.is_texts_off) == (["delivery", "reviews", "alerts"], True)


def test_a_mail_program_switches_off_without_cookie_or_token_and_twice_is_once():
    recipient = recipient_of("ada@example.org")
    program = Client(enforce_csrf_checks=True)

    answers = [program.post(off_of(recipient), {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)]

    recipient.refresh_from_db()
    assert answers == [200, 200]
    assert recipient.mails_off == ["reviews"]


def test_who_only_opens_the_link_changes_nothing(client):
    recipient = recipient_of("ada@example.org")

    answer = client.get(off_of(recipient))

    recipient.refresh_from_db()
    assertRedirects(answer, page_of(recipient))
    assert recipient.mails_off == []


@pytest.mark.parametrize("category", ["essential", "spam"])
def test_what_must_be_cannot_be_switched_off(client, category):
    recipient = recipient_of("ada@example.org")

    assert client.post(off_of(recipient, category)).status_code == 404
    assert Recipient.objects.get().mails_off == []


def test_a_guessed_link_is_as_if_it_were_not_there(client):
    recipient_of("ada@example.org")

    assert client.get(f"/en-gb/messages/{uuid4()}/").status_code == 404
    assert client.post(f"/en-gb/messages/{uuid4()}/", {"nothing": "1"}).status_code == 404
    assert client.post(f"/en-gb/messages/{uuid4()}/off/reviews/").status_code == 404
    assert Recipient.objects.get().mails_off == []


def test_an_account_comes_to_the_choices_of_its_address(client):
    user = User.objects.create_user("Ada@example.org", "long enough")
    client.force_login(user)

    answer = client.get("/en-gb/messages/")

    assertRedirects(answer, page_of(Recipient.objects.get(email="ada@example.org")))
    assertContains(client.get("/en-gb/account/"), "/en-gb/messages/")


def test_nobody_signed_out_has_choices_of_an_account(client):
    assert client.get("/en-gb/messages/").status_code == 302
    assert not Recipient.objects.exists()


@pytest.fixture
def agent(client):
    user = User.objects.create_user("agent@example.org", "long enough", is_staff=True, is_superuser=True)
    user.groups.add(Group.objects.get(name=AGENT))
    client.force_login(user)
    return user


def test_staff_look_at_every_kind_in_every_language(agent, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        listed = client.get(reverse("admin:notify_message_kinds"))
    preview = client.get(reverse("admin:notify_message_preview", args=["parcel_arriving", "de-de"]))
    body = client.get(reverse("admin:notify_message_body", args=["parcel_arriving", "de-de"]))

    for name in KINDS:
        assertContains(listed, name)
    assertContains(preview, "kommt heute an")
    assertContains(preview, "backmarket: ")
    assertContains(body, "<html lang=")
    assert body["X-Frame-Options"] == "SAMEORIGIN"
    assert "style-src 'unsafe-inline'" in body["Content-Security-Policy"]


@pytest.mark.parametrize(("name", "locale"), [("spam", "de-de"), ("parcel_arriving", "xx-xx")])
def test_there_is_no_preview_of_what_is_not_there(agent, client, name, locale):
    assert client.get(reverse("admin:notify_message_preview", args=[name, locale])).status_code == 404


def test_previews_are_for_staff(client):
    assert client.get(reverse("admin:notify_message_kinds")).status_code in (302, 404)
    client.force_login(User.objects.create_user("ada@example.org", "long enough"))
    assert client.get(reverse("admin:notify_message_kinds")).status_code in (302, 403, 404)
