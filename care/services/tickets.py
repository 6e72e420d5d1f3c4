"""Open, answer, escalate and resolve tickets."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from backmarket.core.states import MoveRefusedError
from backmarket.markets.registry import MARKETS
from care import events, locks
from care.enums import AuthorKind, Issue, Outcome, TicketState
from care.models import OPEN_STATES, TICKET_STATES, Attachment, Message, Ticket
from care.rules import deadlines
from checkout.selectors import orders

from .photos import Photo

MAX_TEXT = 5000
CLOSED_AFTER = timedelta(days=30)


class TicketAlreadyOpenError(DomainError):
    code = "ticket_already_open"
    message = _("There is already an open conversation about this item.")


class TextMissingError(InvalidInputError):
    code = "text_missing"
    message = _("Please write a message.")


class TextTooLongError(InvalidInputError):
    code = "text_too_long"
    message = _("Please keep your message under 5,000 characters.")


def _checked_text(text: str) -> str:
    cleaned = text.replace("\0", "").strip()
    if not cleaned:
        raise TextMissingError
    if len(cleaned) > MAX_TEXT:
        raise TextTooLongError
    return cleaned


def _due(country: str, hours: int, now: datetime) -> datetime:
    known = country if country in MARKETS else "FR"
    return deadlines.add_working_hours(now, hours, country=known, zone=MARKETS[known].time_zone)


def _clock_for(ticket: Ticket, state: TicketState, now: datetime) -> dict[str, datetime | None]:
    """Say by when whoever's turn it is has to answer: the seller, support, or nobody on this side."""
    if state == TicketState.WAITING_SELLER:
        country = ticket.seller.country
        return {
            "answer_by": _due(country, deadlines.ANSWER_HOURS, now),
            "escalate_at": _due(country, deadlines.ESCALATION_HOURS, now),
        }
    if state == TicketState.ESCALATED:
        return {"answer_by": _due(ticket.line.order.market, deadlines.SUPPORT_HOURS, now), "escalate_at": None}
    return {"answer_by": None, "escalate_at": None}


def _move(ticket: Ticket, to: TicketState, *, actor: Actor, now: datetime, reason: str = "", **facts: Any) -> None:
    """
    Move a locked ticket and set its clock anew; one that comes back to life forgets how it had ended.

    :raises TicketAlreadyOpenError: another ticket of the line was opened since this one ended
    """
    reopens = ticket.state == TicketState.RESOLVED and to in OPEN_STATES
    if reopens:
        if Ticket.objects.open().filter(line_id=ticket.line_id).exists():
            raise TicketAlreadyOpenError
        facts = {"resolved_at": None, "resolution": "", **facts}
    clock = _clock_for(ticket, to, now)
    TICKET_STATES.move(ticket, to, actor=actor, now=now, reason=reason, updated_at=now, **clock, **facts)


def _add_message(
    ticket: Ticket,
    *,
    author_kind: AuthorKind,
    author_name: str,
    text: str,
    photos: Sequence[Photo],
    actor: Actor,
    now: datetime,
    is_internal: bool = False,
) -> Message:
    message = Message.objects.create(
        ticket=ticket,
        author_kind=author_kind,
        author_user_id=actor.user_id,
        author_name=author_name[:150],
        text=text,
        language=(get_language() or "en")[:2],
        is_internal=is_internal,
        created_at=now,
    )
    Attachment.objects.bulk_create(
        Attachment(message=message, key=photo.key, width=photo.width, height=photo.height) for photo in photos
    )
    return message


@transaction.atomic
def open_ticket(
    *,
    line_id: int,
    issue: str,
    wished_outcome: str,
    text: str,
    author_name: str,
    photos: Sequence[Photo],
    actor: Actor,
    now: datetime,
) -> Ticket:
    """
    Open a ticket on an order line and start the seller's clock; `photos` are stored ones.

    :raises TicketAlreadyOpenError: the line has an open one, so that nobody is asked twice
    :raises InvalidInputError: unknown issue or outcome, or no text
    :raises NotFoundError: the line is not one that can be helped with
    """
    checked = _checked_text(text)
    if issue not in Issue.values or wished_outcome not in Outcome.values:
        raise InvalidInputError
    line = orders.line_for_help(line_id=line_id)
    if line is None:
        raise NotFoundError
    ticket = Ticket(
        line=line,
        seller=line.seller,
        issue=issue,
        wished_outcome=wished_outcome,
        opened_at=now,
        updated_at=now,
    )
    for name, value in _clock_for(ticket, TicketState.WAITING_SELLER, now).items():
        setattr(ticket, name, value)
    _insert(ticket)
    _add_message(
        ticket,
        author_kind=AuthorKind.SHOPPER,
        author_name=author_name,
        text=checked,
        photos=photos,
        actor=actor,
        now=now,
    )
    audit.record(actor, "ticket opened", ticket, now=now)
    outbox.publish(events.TICKET_OPENED, key=str(ticket.pk), payload={"ticket_id": ticket.pk}, now=now)
    return ticket


def _insert(ticket: Ticket) -> None:
    """Insert a new ticket; two tabs that open one at once meet at the constraint."""
    if Ticket.objects.open().filter(line_id=ticket.line_id).exists():
        raise TicketAlreadyOpenError
    try:
        with transaction.atomic():
            ticket.save()
    except IntegrityError as error:
        raise TicketAlreadyOpenError from error


def _state_after(ticket: Ticket, author_kind: AuthorKind) -> TicketState | None:
    """
    Say whose turn it is after a message, or None when that stays as it is.

    The marketplace keeps a ticket it took over: the shopper's answers come to it, the seller's change no turn.
    Only the shopper brings a resolved ticket back to life.
    """
    if author_kind == AuthorKind.SHOPPER:
        wanted = TicketState.ESCALATED if ticket.is_taken_over else TicketState.WAITING_SELLER
    elif ticket.state == TicketState.RESOLVED or (author_kind == AuthorKind.SELLER and ticket.is_taken_over):
        return None
    else:
        wanted = TicketState.WAITING_SHOPPER
    return None if wanted == ticket.state else wanted


@transaction.atomic
def reply(
    *,
    ticket_id: int,
    author_kind: AuthorKind,
    author_name: str,
    text: str,
    photos: Sequence[Photo],
    actor: Actor,
    now: datetime,
    is_internal: bool = False,
) -> Message:
    """
    Add a message and pass the turn; a shopper's message reopens a resolved ticket, a note changes nothing.

    :raises MoveRefusedError: the ticket is closed
    :raises TicketAlreadyOpenError: it was resolved, and another one was opened since
    :raises InvalidInputError: no text
    """
    checked = _checked_text(text)
    ticket = locks.lock_ticket(ticket_id)
    if ticket.state == TicketState.CLOSED and not is_internal:
        raise MoveRefusedError
    message = _add_message(
        ticket,
        author_kind=author_kind,
        author_name=author_name,
        text=checked,
        photos=photos,
        actor=actor,
        now=now,
        is_internal=is_internal,
    )
    if is_internal:
        return message
    wanted = _state_after(ticket, author_kind)
    if wanted is None:
        Ticket.objects.filter(pk=ticket.pk).update(updated_at=now)
    else:
        _move(ticket, wanted, actor=actor, now=now, reason=f"{author_kind} wrote")
    payload = {"ticket_id": ticket.pk, "message_id": message.pk}
    outbox.publish(events.TICKET_REPLIED, key=str(ticket.pk), payload=payload, now=now)
    return message


def _escalate(ticket: Ticket, *, actor: Actor, reason: str, now: datetime) -> None:
    _move(ticket, TicketState.ESCALATED, actor=actor, now=now, reason=reason, taken_over_at=now)
    outbox.publish(events.TICKET_ESCALATED, key=str(ticket.pk), payload={"ticket_id": ticket.pk}, now=now)


@transaction.atomic
def escalate(*, ticket_id: int, actor: Actor, reason: str, now: datetime) -> Ticket:
    """
    Hand a ticket to the marketplace, because the shopper asked for it or support takes it.

    :raises MoveRefusedError: it is there already, or closed
    """
    ticket = locks.lock_ticket(ticket_id)
    if ticket.is_taken_over and ticket.is_open:
        raise MoveRefusedError
    _escalate(ticket, actor=actor, reason=reason[:500], now=now)
    return ticket


@transaction.atomic
def escalate_silent(*, now: datetime, limit: int = 200) -> int:
    """Hand over the tickets that their seller left without an answer; each once however many sweepers run (C3)."""
    tickets = locks.claim_tickets_to_escalate(now=now, limit=limit)
    for ticket in tickets:
        _escalate(ticket, actor=Actor.system("escalation sweep"), reason="no answer in time", now=now)
    return len(tickets)


@transaction.atomic
def resolve(*, ticket_id: int, resolution: str, actor: Actor, now: datetime) -> Ticket:
    """
    End a ticket with what came of it, in words that the shopper reads.

    :raises MoveRefusedError: it has ended already
    :raises InvalidInputError: no words
    """
    words = _checked_text(resolution)[:200]
    ticket = locks.lock_ticket(ticket_id)
    _move(ticket, TicketState.RESOLVED, actor=actor, now=now, reason=words, resolution=words, resolved_at=now)
    outbox.publish(events.TICKET_RESOLVED, key=str(ticket.pk), payload={"ticket_id": ticket.pk}, now=now)
    return ticket


@transaction.atomic
def resolve_if_open(*, ticket_id: int, resolution: str, actor: Actor, now: datetime) -> None:
    """End a ticket that has not ended, for callers that may come twice."""
    if locks.lock_ticket(ticket_id).is_open:
        resolve(ticket_id=ticket_id, resolution=resolution, actor=actor, now=now)


@transaction.atomic
def close_settled(*, now: datetime, limit: int = 200) -> int:
    """Close for good the tickets that stayed resolved for 30 days; return how many."""
    tickets = locks.claim_tickets_to_close(before=now - CLOSED_AFTER, limit=limit)
    for ticket in tickets:
        TICKET_STATES.move(ticket, TicketState.CLOSED, actor=Actor.system("closing sweep"), now=now, updated_at=now)
    return len(tickets)
