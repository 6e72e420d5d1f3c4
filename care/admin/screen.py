"""What the ticket screen shows: conversation, order, parcel, money, and the other tickets of both sides."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backmarket.core import audit, clock
from backmarket.core.money import Money
from care.enums import AuthorKind, TicketState
from care.models import Message, Ticket
from care.selectors import tickets as reads
from payments.enums import AccountKind, EntryKind
from payments.selectors import trail
from payments.selectors.views import EntryView
from payments.slots import REFERENCE_LABELS

from .actions import ACTIONS, refundable
from .forms import RefundForm

MOVE = re.compile(r"^state:(\w+)->(\w+)$")
ICONS = {TicketState.ESCALATED: "bolt", TicketState.RESOLVED: "check", TicketState.CLOSED: "lock"}
SIDES = {
    AuthorKind.SHOPPER: ("buyer", "sky"),
    AuthorKind.SELLER: ("seller", "moss"),
    AuthorKind.AGENT: ("us", "ink"),
    AuthorKind.SYSTEM: ("us", "ink"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One row of the conversation: a message, or something that happened to the ticket."""

    at: datetime
    text: str
    reason: str = ""
    message: Message | None = None
    side: str = ""
    avatar: str = ""
    initials: str = ""
    icon: str = ""


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper() or "?"


def _message_turn(message: Message) -> Turn:
    side, avatar = ("inner", "ink") if message.is_internal else SIDES[AuthorKind(message.author_kind)]
    return Turn(message.created_at, message.text, "", message, side, avatar, _initials(message.author_name))


def conversation(ticket: Ticket) -> list[Turn]:
    """Return messages and changes of hands in the order they happened; passing the turn is not told."""
    turns = [_message_turn(message) for message in ticket.messages.all()]
    for entry in audit.entries_of(ticket):
        move = MOVE.match(entry.action)
        if move is None or move[2] not in ICONS:
            continue
        label = str(TicketState(move[2]).label)
        turns.append(
            Turn(entry.occurred_at, f"{label} ({entry.actor_label})", entry.reason, icon=ICONS[TicketState(move[2])])
        )
    return sorted(turns, key=lambda turn: turn.at)


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One posting of the order's money trail; the first of an entry carries its time and name."""

    entry: EntryView | None
    kind: str
    account: str
    owner: str
    amount: Money


def money_rows(request: HttpRequest, ticket: Ticket) -> list[TrailRow]:
    """Return every posting of the order, owners called by their names."""
    entries = trail(ticket.line.order.reference)
    owners = [posting.account_owner for entry in entries for posting in entry.postings]
    labels = REFERENCE_LABELS.labels(request, owners)
    rows = []
    for entry in entries:
        for index, posting in enumerate(entry.postings):
            owner = labels.get(posting.account_owner)
            rows.append(
                TrailRow(
                    entry=entry if index == 0 else None,
                    kind=str(EntryKind(entry.kind).label) if index == 0 else "",
                    account=str(AccountKind(posting.account_kind).label),
                    owner=owner.text if owner else "",
                    amount=posting.amount,
                )
            )
    return rows


def _forms(ticket: Ticket, given: dict[str, forms.Form]) -> dict[str, forms.Form]:
    made = {key.replace("-", "_"): action.form(ticket, None, False) for key, action in ACTIONS.items()}
    left = refundable(ticket)
    if left is not None:
        initial = {"amount": str(left.decimal), "reason": ticket.get_issue_display()}
        made["refund"] = RefundForm(currency=left.currency, left=left, initial=initial)
    return {**made, **given}


def context_of(request: HttpRequest, ticket: Ticket, given: dict[str, forms.Form]) -> dict[str, Any]:
    """Gather the screen; `given` are forms that come back with what was typed and what is wrong with it."""
    now = clock.now()
    of_shopper, of_seller = reads.others_of(ticket)
    return {
        "ticket": ticket,
        "line": ticket.line,
        "order": ticket.line.order,
        "title": _("%(issue)s, order %(number)s")
        % {"issue": ticket.get_issue_display(), "number": ticket.line.order.number_text},
        "turns": conversation(ticket),
        "money_rows": money_rows(request, ticket),
        "others": [(_("This shopper's other tickets"), of_shopper), (_("This seller's other tickets"), of_seller)],
        "queue": reads.queue(),
        "is_overdue": ticket.is_overdue(now),
        "now": now,
        "left": refundable(ticket),
        "forms": _forms(ticket, given),
        "can_write": ticket.state != TicketState.CLOSED,
        "can_take_over": ticket.is_open and not ticket.is_taken_over,
    }
