"""What an agent can do with a ticket: each action has a form, a preview in plain rows, and one call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backmarket.accounts.models import User
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from care.enums import AuthorKind
from care.flows import refunds
from care.models import Ticket
from care.services import tickets
from checkout.services import refunds as checkout_refunds
from payments.enums import BorneBy

from .forms import RefundForm, ResolveForm, TakeOverForm, TextForm

Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Action:
    """`form` makes the form from data, `preview` says what will happen, `run` does it and says what happened."""

    key: str
    title: str | Promise
    button: str | Promise
    form: Callable[[Ticket, Any, bool], forms.Form]
    preview: Callable[[Ticket, dict[str, Any]], Rows]
    run: Callable[[HttpRequest, Ticket, dict[str, Any]], str]


def refundable(ticket: Ticket) -> Money | None:
    """Return what is left to refund of the ticket's item, or None when it cannot be refunded."""
    states = (*checkout_refunds.BEFORE_DISPATCH, *checkout_refunds.AFTER_DISPATCH)
    if ticket.line.state not in states:
        return None
    left = checkout_refunds.refundable(ticket.line)
    return left if left.amount_minor > 0 else None


def _name(request: HttpRequest) -> str:
    user = request.user
    return user.get_full_name() if isinstance(user, User) else ""


def _write(request: HttpRequest, ticket: Ticket, text: str, *, is_internal: bool) -> None:
    with transaction.atomic(durable=True):
        tickets.reply(
            ticket_id=ticket.pk,
            author_kind=AuthorKind.AGENT,
            author_name=_name(request),
            text=text,
            photos=[],
            actor=Actor.of(request),
            now=clock.now(),
            is_internal=is_internal,
        )


def _preview_reply(ticket: Ticket, data: dict[str, Any]) -> Rows:
    order = ticket.line.order
    return [(_("To"), f"{order.full_name}, {order.email}"), (_("Message"), data["text"])]


def _reply(request: HttpRequest, ticket: Ticket, data: dict[str, Any]) -> str:
    _write(request, ticket, data["text"], is_internal=False)
    return _("Sent to the shopper.")


def _preview_note(ticket: Ticket, data: dict[str, Any]) -> Rows:
    return [(_("Seen by"), _("Support staff only, never the shopper or the seller")), (_("Note"), data["text"])]


def _note(request: HttpRequest, ticket: Ticket, data: dict[str, Any]) -> str:
    _write(request, ticket, data["text"], is_internal=True)
    return _("Note kept.")


def _preview_take_over(ticket: Ticket, data: dict[str, Any]) -> Rows:
    return [
        (_("From here on"), _("The marketplace decides; the shopper's answers come to support.")),
        (_("Told by mail"), f"{ticket.line.order.email}, {ticket.seller.name}"),
        (_("Why"), data["reason"]),
    ]


def _take_over(request: HttpRequest, ticket: Ticket, data: dict[str, Any]) -> str:
    with transaction.atomic(durable=True):
        tickets.escalate(ticket_id=ticket.pk, actor=Actor.of(request), reason=data["reason"], now=clock.now())
    return _("Taken over.")


def _preview_resolve(ticket: Ticket, data: dict[str, Any]) -> Rows:
    return [
        (_("Outcome"), data["resolution"]),
        (_("Told by mail"), ticket.line.order.email),
        (_("Afterwards"), _("The shopper can reopen it for 30 days by writing again.")),
    ]


def _resolve(request: HttpRequest, ticket: Ticket, data: dict[str, Any]) -> str:
    with transaction.atomic(durable=True):
        tickets.resolve(ticket_id=ticket.pk, resolution=data["resolution"], actor=Actor.of(request), now=clock.now())
    return _("Resolved.")


def _refund_form(ticket: Ticket, data: Any, is_confirmed: bool) -> forms.Form:
    left = refundable(ticket) or Money.zero(ticket.line.currency)
    return RefundForm(data, currency=ticket.line.currency, left=None if is_confirmed else left)


def _preview_refund(ticket: Ticket, data: dict[str, Any]) -> Rows:
    """Say what each party gives back, as the ledger will record it."""
    amount: Money = data["amount"]
    shares = checkout_refunds.shares_of(ticket.line, amount, borne_by=data["borne_by"])
    parts = [
        (_("From the money we hold until dispatch"), shares.customer_funds),
        (_("From %(seller)s") % {"seller": ticket.seller.name}, shares.seller),
        (_("From our commission"), shares.commission),
        (_("From the VAT on our commission"), shares.commission_vat),
        (_("From the sales tax we hold"), shares.sales_tax),
        (_("From the protection plan"), shares.protection),
        (_("From the buyer's service fee"), shares.service_fee),
        (_("Borne by the marketplace"), shares.marketplace),
    ]
    left = checkout_refunds.refundable(ticket.line) - amount
    return [
        (_("To %(name)s's card") % {"name": ticket.line.order.full_name}, amount.format()),
        *((label, (-part).format()) for label, part in parts if part),
        *([(_("Back to our promotions"), shares.promotion.format())] if shares.promotion else []),
        (_("Left to refund afterwards"), left.format()),
        (_("Reason"), data["reason"]),
        (_("Ticket"), _("resolved") if data["resolves"] else _("stays open")),
    ]


def _refund(request: HttpRequest, ticket: Ticket, data: dict[str, Any]) -> str:
    refund = refunds.refund_ticket(
        ticket_id=ticket.pk,
        amount=data["amount"],
        borne_by=BorneBy(data["borne_by"]),
        reason=data["reason"],
        actor=Actor.of(request),
        key=str(data["key"]),
        now=clock.now(),
        resolves=data["resolves"],
    )
    return _("%(amount)s are on their way back.") % {"amount": refund.amount.format()}


def _plain(form_class: type[forms.Form]) -> Callable[[Ticket, Any, bool], forms.Form]:
    return lambda ticket, data, is_confirmed: form_class(data)


ACTIONS: dict[str, Action] = {
    action.key: action
    for action in (
        Action(
            "reply",
            gettext_lazy("Reply to the shopper"),
            gettext_lazy("Send"),
            _plain(TextForm),
            _preview_reply,
            _reply,
        ),
        Action(
            "note", gettext_lazy("Internal note"), gettext_lazy("Keep the note"), _plain(TextForm), _preview_note, _note
        ),
        Action("refund", gettext_lazy("Refund"), gettext_lazy("Refund now"), _refund_form, _preview_refund, _refund),
        Action(
            "take-over",
            gettext_lazy("Take over"),
            gettext_lazy("Take over"),
            _plain(TakeOverForm),
            _preview_take_over,
            _take_over,
        ),
        Action(
            "resolve",
            gettext_lazy("Resolve"),
            gettext_lazy("Resolve"),
            _plain(ResolveForm),
            _preview_resolve,
            _resolve,
        ),
    )
}
