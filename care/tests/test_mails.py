"""Each side hears once what the other wrote."""

from datetime import timedelta

import pytest

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.models import InboxEvent, OutboxEvent
from backmarket.notify.models import Message as Mail
from care.enums import AuthorKind
from care.services import tickets
from checkout import slots

from .factories import NOW, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(monkeypatch):
    """A ticket whose seller has one contact, read by nobody yet."""
    monkeypatch.setattr(slots, "_contacts", [lambda seller_id: [("seller@example.com", "fr-fr")]])
    opened = make_ticket()
    outbox.drain(now=NOW)
    return opened


def write(ticket, author_kind, text, *, is_internal=False):
    tickets.reply(
        ticket_id=ticket.pk,
        author_kind=author_kind,
        author_name="Lena",
        text=text,
        photos=[],
        actor=Actor.system("test"),
        now=NOW + timedelta(hours=1),
        is_internal=is_internal,
    )
    outbox.drain(now=NOW + timedelta(hours=1))


def mails():
    return list(Mail.objects.order_by("pk").values_list("kind", "to"))


def test_the_seller_hears_of_a_new_ticket_with_a_link_to_the_back_office(ticket):
    mail = Mail.objects.get()

    assert (mail.kind, mail.to, mail.locale) == ("ticket_for_seller", "seller@example.com", "fr-fr")
    assert "Empty after three hours." in mail.text
    assert f"/office/tickets/{ticket.public_id}/" in mail.text


def test_the_shopper_hears_the_sellers_answer_with_a_link_that_opens_the_ticket(ticket, client):
    write(ticket, AuthorKind.SELLER, "Please charge it <b>overnight</b>.")

    mail = Mail.objects.latest("pk")
    assert (mail.kind, mail.to, mail.locale) == ("ticket_answered", "maren@example.com", "en-gb")
    assert "Please charge it <b>overnight</b>." in mail.text
    assert "&lt;b&gt;overnight" in mail.html
    link = next(word for word in mail.text.split() if "?key=" in word)
    assert client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True).status_code == 200


def test_each_side_hears_only_the_other_and_nobody_hears_a_note(ticket):
    write(ticket, AuthorKind.SHOPPER, "Still empty.")
    write(ticket, AuthorKind.AGENT, "canary-note", is_internal=True)
    write(ticket, AuthorKind.AGENT, "We take care of it.")

    assert mails() == [
        ("ticket_for_seller", "seller@example.com"),
        ("ticket_for_seller", "seller@example.com"),
        ("ticket_answered", "maren@example.com"),
    ]
    assert not Mail.objects.filter(text__contains="canary-note").exists()


def test_both_sides_hear_of_the_takeover_and_the_shopper_of_the_outcome(ticket):
    later = NOW + timedelta(hours=2)
    tickets.escalate(ticket_id=ticket.pk, actor=Actor.guest(), reason="asked for", now=later)
    tickets.resolve(ticket_id=ticket.pk, resolution="A new battery", actor=Actor.system("test"), now=later)
    outbox.drain(now=later)

    assert mails()[1:] == [
        ("ticket_escalated", "maren@example.com"),
        ("ticket_taken_over", "seller@example.com"),
        ("ticket_resolved", "maren@example.com"),
    ]
    assert "A new battery" in Mail.objects.latest("pk").text


def test_an_event_that_is_handled_again_writes_no_second_mail(ticket):
    write(ticket, AuthorKind.SELLER, "Hello")
    before = mails()

    # As if the inbox had been lost: the mails' own keys still hold.
    InboxEvent.objects.filter(handler__startswith="care.").delete()
    OutboxEvent.objects.filter(type__startswith="care.").update(sent_at=None)
    outbox.drain(now=NOW + timedelta(hours=3))

    assert mails() == before
