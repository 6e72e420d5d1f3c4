"""Open, answer, escalate and resolve tickets."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from backmarket.markets.registry import MARKETS
from care import events, locks
from care.enums import AuthorKind, Issue, Outcome, TicketState
from care.models import OPEN_STATES, TICKET_STATES, Attachment, Message, Ticket
from care.rules import deadlines
from checkout.selectors import orders

from .photos import Photo

MAX_TEXT = 5000


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


def _due(ticket_country: str, hours: int, now: datetime) -> datetime:
    country = ticket_country if ticket_country in MARKETS else "FR"
    return deadlines.add_working_hours(now, hours, country=country, zone=MARKETS[country].time_zone)


def _start_seller_clock(ticket: Ticket, now: datetime) -> dict[str, datetime]:
    country = ticket.seller.country
    return {
        "answer_by": _due(country, deadlines.ANSWER_HOURS, now),
        "escalate_at": _due(country, deadlines.ESCALATION_HOURS, now),
    }


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
    if Ticket.objects.filter(line_id=line_id, state__in=OPEN_STATES).exists():
        raise TicketAlreadyOpenError
    ticket = Ticket(
        line=line,
        seller=line.seller,
        issue=issue,
        wished_outcome=wished_outcome,
        opened_at=now,
        updated_at=now,
    )
    for name, value in _start_seller_clock(ticket, now).items():
        setattr(ticket, name, value)
    ticket.save()
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


def _next_state(ticket: Ticket, author_kind: AuthorKind) -> TicketState | None:
    """Say whose turn it is after a message; an escalated ticket stays with the marketplace until it answers."""
    if author_kind == AuthorKind.SHOPPER:
        return None if ticket.state == TicketState.ESCALATED else TicketState.WAITING_SELLER
    if author_kind == AuthorKind.SELLER:
        return None if ticket.state == TicketState.ESCALATED else TicketState.WAITING_SHOPPER
    return TicketState.WAITING_SHOPPER


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
    :raises InvalidInputError: no text
    """
    checked = _checked_text(text)
    ticket = locks.lock_ticket(ticket_id)
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
    wanted = _next_state(ticket, author_kind)
    if wanted is not None and wanted != ticket.state:
        clock = (
            _start_seller_clock(ticket, now)
            if wanted == TicketState.WAITING_SELLER
            else {"answer_by": None, "escalate_at": None}
        )
        TICKET_STATES.move(ticket, wanted, actor=actor, now=now, updated_at=now, **clock)
    else:
        Ticket.objects.filter(pk=ticket.pk).update(updated_at=now)
    payload = {"ticket_id": ticket.pk, "message_id": message.pk}
    outbox.publish(events.TICKET_REPLIED, key=str(ticket.pk), payload=payload, now=now)
    return message


def _escalate(ticket: Ticket, *, actor: Actor, reason: str, now: datetime) -> None:
    TICKET_STATES.move(
        ticket,
        TicketState.ESCALATED,
        actor=actor,
        now=now,
        reason=reason,
        updated_at=now,
        answer_by=None,
        escalate_at=None,
    )
    outbox.publish(events.TICKET_ESCALATED, key=str(ticket.pk), payload={"ticket_id": ticket.pk}, now=now)


@transaction.atomic
def escalate(*, ticket_id: int, actor: Actor, reason: str, now: datetime) -> Ticket:
    """
    Hand a ticket to the marketplace, because the shopper asked for it.

    :raises MoveRefusedError: it is there already, or closed
    """
    ticket = locks.lock_ticket(ticket_id)
    _escalate(ticket, actor=actor, reason=reason, now=now)
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
    End a ticket with what came of it.

    :raises MoveRefusedError: it has ended already
    """
    ticket = locks.lock_ticket(ticket_id)
    TICKET_STATES.move(
        ticket,
        TicketState.RESOLVED,
        actor=actor,
        now=now,
        reason=resolution,
        resolution=resolution[:200],
        resolved_at=now,
        updated_at=now,
        answer_by=None,
        escalate_at=None,
    )
    outbox.publish(events.TICKET_RESOLVED, key=str(ticket.pk), payload={"ticket_id": ticket.pk}, now=now)
    return ticket
