from datetime import timedelta

import pytest

from backmarket.core.actors import Actor
from backmarket.core.errors import InvalidInputError, NotFoundError
from backmarket.core.models import AuditEntry, OutboxEvent
from backmarket.core.states import MoveRefusedError
from care.enums import AuthorKind, TicketState
from care.models import Message, Ticket
from care.services import tickets
from checkout.enums import LineState

from .factories import NOW, OrderLineFactory, make_ticket

pytestmark = pytest.mark.django_db

AGENT = Actor("user", "agent@example.com", 7)
LATER = NOW + timedelta(hours=3)
DAY = timedelta(days=1)


def write(ticket, author_kind, text="Hello", *, now=LATER, is_internal=False):
    return tickets.reply(
        ticket_id=ticket.pk,
        author_kind=author_kind,
        author_name="Somebody",
        text=text,
        photos=[],
        actor=Actor.guest(),
        now=now,
        is_internal=is_internal,
    )


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("type", flat=True))


def test_a_new_ticket_waits_for_the_seller_one_working_day_and_for_the_marketplace_two():
    ticket = make_ticket()

    ticket.refresh_from_db()
    assert ticket.state == TicketState.WAITING_SELLER
    assert (ticket.answer_by, ticket.escalate_at) == (NOW + DAY, NOW + 2 * DAY)
    assert [(m.author_kind, m.text) for m in ticket.messages.all()] == [("shopper", "Empty after three hours.")]
    assert events() == ["care.ticket.opened.v1"]


def test_a_second_ticket_on_an_open_one_is_refused():
    ticket = make_ticket()

    with pytest.raises(tickets.TicketAlreadyOpenError):
        make_ticket(ticket.line)

    assert Ticket.objects.count() == Message.objects.count() == 1
    assert events() == ["care.ticket.opened.v1"]


def test_two_tabs_that_open_at_once_meet_at_the_constraint(monkeypatch):
    ticket = make_ticket()
    monkeypatch.setattr("care.models.ticket.TicketQuerySet.open", lambda rows: rows.none())

    with pytest.raises(tickets.TicketAlreadyOpenError):
        make_ticket(ticket.line)

    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("state", [LineState.PENDING_PAYMENT, LineState.UNPAID])
def test_an_item_that_is_not_paid_cannot_be_helped_with(state):
    line = OrderLineFactory.create(state=state)

    with pytest.raises(NotFoundError):
        make_ticket(line)

    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        {"issue": "haunted"},
        {"wished_outcome": "two phones"},
        {"text": " \0\n "},
        {"text": "a" * 5001},
    ],
)
def test_words_that_mean_nothing_are_refused(words):
    with pytest.raises(InvalidInputError):
        make_ticket(**words)

    assert not Ticket.objects.exists()
    assert events() == []


def test_the_turn_passes_with_each_message_and_restarts_the_sellers_clock():
    ticket = make_ticket()

    write(ticket, AuthorKind.SELLER)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.answer_by, ticket.escalate_at) == (TicketState.WAITING_SHOPPER, None, None)

    write(ticket, AuthorKind.SHOPPER, now=NOW + DAY)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.answer_by) == (TicketState.WAITING_SELLER, NOW + 2 * DAY)


def test_a_second_message_of_the_shopper_leaves_the_sellers_clock_running():
    ticket = make_ticket()

    write(ticket, AuthorKind.SHOPPER, "And the screen flickers.")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.answer_by) == (TicketState.WAITING_SELLER, NOW + DAY)


def test_an_internal_note_changes_nothing_and_tells_nobody():
    ticket = make_ticket()

    note = write(ticket, AuthorKind.AGENT, "Sixth battery of this seller.", is_internal=True)

    ticket.refresh_from_db()
    assert note.is_internal
    assert (ticket.state, ticket.answer_by) == (TicketState.WAITING_SELLER, NOW + DAY)
    assert events() == ["care.ticket.opened.v1"]


def test_once_taken_over_the_shoppers_answers_come_to_the_marketplace():
    ticket = make_ticket()
    tickets.escalate(ticket_id=ticket.pk, actor=Actor.guest(), reason="asked for", now=LATER)
    write(ticket, AuthorKind.AGENT, "Could you send a screenshot?")

    write(ticket, AuthorKind.SHOPPER, "71 %", now=NOW + DAY)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.answer_by, ticket.escalate_at) == (TicketState.ESCALATED, NOW + 2 * DAY, None)


def test_once_taken_over_the_sellers_messages_pass_no_turn():
    ticket = make_ticket()
    tickets.escalate(ticket_id=ticket.pk, actor=Actor.guest(), reason="asked for", now=LATER)

    write(ticket, AuthorKind.SELLER)

    ticket.refresh_from_db()
    assert ticket.state == TicketState.ESCALATED


def test_a_ticket_is_taken_over_once():
    ticket = make_ticket()
    tickets.escalate(ticket_id=ticket.pk, actor=Actor.guest(), reason="asked for", now=LATER)

    with pytest.raises(MoveRefusedError):
        tickets.escalate(ticket_id=ticket.pk, actor=AGENT, reason="again", now=LATER)

    assert events().count("care.ticket.escalated.v1") == 1


def test_the_shoppers_message_reopens_a_resolved_ticket():
    ticket = make_ticket()
    tickets.resolve(ticket_id=ticket.pk, resolution="A new battery", actor=AGENT, now=LATER)

    write(ticket, AuthorKind.SHOPPER, "It came back.", now=NOW + DAY)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution, ticket.resolved_at) == (TicketState.WAITING_SELLER, "", None)


@pytest.mark.parametrize("author_kind", [AuthorKind.SELLER, AuthorKind.AGENT])
def test_other_messages_leave_a_resolved_ticket_resolved(author_kind):
    ticket = make_ticket()
    tickets.resolve(ticket_id=ticket.pk, resolution="A new battery", actor=AGENT, now=LATER)

    write(ticket, author_kind)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution) == (TicketState.RESOLVED, "A new battery")


def test_a_resolved_ticket_stays_resolved_when_a_newer_one_is_open():
    old = make_ticket()
    tickets.resolve(ticket_id=old.pk, resolution="A new battery", actor=AGENT, now=LATER)
    make_ticket(old.line, now=LATER)

    with pytest.raises(tickets.TicketAlreadyOpenError):
        write(old, AuthorKind.SHOPPER)

    old.refresh_from_db()
    assert old.state == TicketState.RESOLVED
    assert old.messages.count() == 1


def test_a_ticket_is_resolved_once_and_the_audit_trail_says_by_whom():
    ticket = make_ticket()
    tickets.resolve(ticket_id=ticket.pk, resolution="A new battery", actor=AGENT, now=LATER)

    with pytest.raises(MoveRefusedError):
        tickets.resolve(ticket_id=ticket.pk, resolution="Something else", actor=AGENT, now=LATER)

    ticket.refresh_from_db()
    assert ticket.resolution == "A new battery"
    entry = AuditEntry.objects.get(action="state:waiting_seller->resolved")
    assert (entry.actor_label, entry.reason, entry.target_id) == ("agent@example.com", "A new battery", str(ticket.pk))


def test_a_ticket_that_stayed_resolved_for_30_days_closes_and_refuses():
    ticket = make_ticket()
    tickets.resolve(ticket_id=ticket.pk, resolution="A new battery", actor=AGENT, now=NOW)

    assert tickets.close_settled(now=NOW + 30 * DAY) == 0
    assert tickets.close_settled(now=NOW + 31 * DAY) == 1
    with pytest.raises(MoveRefusedError):
        write(ticket, AuthorKind.SHOPPER)

    ticket.refresh_from_db()
    assert ticket.state == TicketState.CLOSED
    assert ticket.messages.count() == 1


def test_the_sweep_takes_over_only_what_its_seller_left_unanswered_for_two_working_days():
    silent, answered = make_ticket(), make_ticket()
    write(answered, AuthorKind.SELLER)

    assert tickets.escalate_silent(now=NOW + 2 * DAY - timedelta(seconds=1)) == 0
    assert tickets.escalate_silent(now=NOW + 2 * DAY) == 1
    # Two hours of downtime later nothing is left to do.
    assert tickets.escalate_silent(now=NOW + 2 * DAY + timedelta(hours=2)) == 0

    silent.refresh_from_db()
    answered.refresh_from_db()
    assert (silent.state, silent.taken_over_at) == (TicketState.ESCALATED, NOW + 2 * DAY)
    assert answered.state == TicketState.WAITING_SHOPPER
