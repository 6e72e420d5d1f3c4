"""The order page: where each parcel is, what it cost, what can be done."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backmarket.accounts.selectors import user_id_of
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from backmarket.core.policies import PUBLIC, SIGNED_IN, policy
from backmarket.core.slots import Panel
from checkout.enums import CancelledBy, LineState, OrderState
from checkout.flows import refunds
from checkout.models import Order, OrderLine
from checkout.selectors import documents, orders
from checkout.selectors.promotions import discounts_of_order
from checkout.services import claims
from checkout.services.reviews import REVIEWABLE
from checkout.slots import ORDER_LINE_PANELS
from payments.selectors import refunds as payment_refunds
from payments.selectors.views import RefundView

ENDED = (
    LineState.CANCELLED,
    LineState.REFUNDED_BEFORE_SHIPPING,
    LineState.REFUNDED_AFTER_SHIPPING,
    LineState.UNPAID,
)
# Its seller has not accepted it, or does not know of it yet.
CANCELLABLE = (LineState.PAID, LineState.ON_HOLD)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a line's way: when it happened, or by when it is promised."""

    label: str
    at: datetime | None
    by: datetime | date | None
    state: str


@dataclass(frozen=True, slots=True)
class LineView:
    line: OrderLine
    steps: list[Step]
    panels: list[Panel]
    refunds: list[RefundView]
    discounts: list[tuple[str, Money]]
    can_cancel: bool
    can_review: bool
    can_get_help: bool


def _steps(line: OrderLine) -> list[Step]:
    happened = [
        (_("Paid"), line.paid_at, None),
        (_("Accepted"), line.accepted_at, line.accept_by),
        (_("Dispatched"), line.shipped_at, line.ship_by),
        (_("Delivered"), line.delivered_at, line.latest_delivery_date),
    ]
    steps = []
    is_next = line.state not in ENDED
    for label, at, by in happened:
        state = "done" if at else "now" if is_next else ""
        is_next = is_next and bool(at)
        steps.append(Step(label, at, by, state))
    return steps


def _line_views(request: HttpRequest, order: Order) -> list[LineView]:
    lines = list(order.lines.all())
    panels = ORDER_LINE_PANELS.panels(request, [line.pk for line in lines])
    by_line: dict[str, list[RefundView]] = {}
    for refund in payment_refunds.refunds_of(order.reference):
        by_line.setdefault(refund.line_reference, []).append(refund)
    for line in lines:
        line.order = order
    discounts = discounts_of_order(order) if any(line.discount_minor for line in lines) else {}
    return [
        LineView(
            line=line,
            steps=_steps(line),
            panels=panels.get(line.pk, []),
            refunds=by_line.get(line.reference, []),
            discounts=discounts.get(line.pk, []),
            can_cancel=line.state in CANCELLABLE,
            can_review=line.state in REVIEWABLE,
            can_get_help=line.state in orders.HELPABLE,
        )
        for line in lines
    ]


def open_by_link(request: HttpRequest, public_id: UUID) -> bool:
    """Let a genuine signed link open its order for this session."""
    key = request.GET.get("key", "")
    if not key or not orders.key_opens(key, public_id):
        return False
    order = Order.objects.filter(public_id=public_id).first()
    if order is None:
        return False
    orders.remember(request, order)
    orders.note_proven(request, order)
    return True


@policy(PUBLIC)
@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an order to its owner, to the session that placed it, or through the link of its mails."""
    if open_by_link(request, public_id):
        return redirect("checkout:order", public_id=public_id)
    order = get_object_or_404(orders.with_lines(orders.visible_to(request)), public_id=public_id)
    context = {
        "order": order,
        "is_held": any(line.state == LineState.ON_HOLD for line in order.lines.all()),
        "line_views": _line_views(request, order),
        "documents": list(documents.of_order(order.pk).select_related("seller")),
        "offers_account": _offers_account(request, order),
        "is_proven": orders.is_proven(request, order),
    }
    return render(request, "checkout/order.html", context)


def _offers_account(request: HttpRequest, order: Order) -> bool:
    """Offer an account to guests once their order is paid, not before."""
    return order.user_id is None and order.state == OrderState.PAID and not request.user.is_authenticated


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Ask once more, then cancel a line that its seller has not accepted."""
    order = get_object_or_404(orders.visible_to(request), public_id=public_id)
    line = order.lines.select_related("seller").filter(public_id=line_id).first()
    if line is None:
        raise Http404
    if request.method != "POST":
        if line.state not in CANCELLABLE:
            return redirect(order)
        return render(request, "checkout/cancel.html", {"order": order, "line": line})
    try:
        refunds.cancel_line(
            line_id=line.pk,
            by=CancelledBy.SHOPPER,
            reason="cancelled by the shopper",
            actor=Actor.of(request),
            now=clock.now(),
        )
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("Cancelled. Your money is on its way back."))
    return redirect(order)


@policy(SIGNED_IN)
@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Add the guest orders placed with the person's verified address to their account."""
    with transaction.atomic(durable=True):
        claims.claim_guest_orders(user_id=user_id_of(request), actor=Actor.of(request), now=clock.now())
    return redirect("accounts:home")
