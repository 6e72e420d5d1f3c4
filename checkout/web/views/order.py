"""The order page: where each parcel is, what it cost, what can be done."""

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
from checkout.enums import CancelledBy, LineState, OrderState
from checkout.flows import refunds
from checkout.models import Order, OrderLine
from checkout.selectors import documents, orders
from checkout.selectors.promotions import discounts_of_order
from checkout.services import claims
from checkout.web.parcels import parcel_views
from checkout.web.passports import passports
from payments.selectors.stored_value import tenders_of

# What the open page fetches again every minute.
PART = "parcels"


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


def _line_to_review(request: HttpRequest) -> UUID | None:
    """Return the line that the link of a mail asks to review."""
    try:
        return UUID(request.GET.get("review", ""))
    except ValueError:
        return None


@policy(PUBLIC)
@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an order to its owner, to the session that placed it, or through the link of its mails."""
    if open_by_link(request, public_id):
        line_id = _line_to_review(request)
        if line_id is not None:
            return redirect("checkout:review", public_id=public_id, line_id=line_id)
        return redirect("checkout:order", public_id=public_id)
    order = get_object_or_404(orders.with_tracking(orders.visible_to(request)), public_id=public_id)
    now = clock.now()
    parcels = parcel_views(request, order, now=now)
    if request.GET.get("part") == PART:
        return render(request, "checkout/parts/order_parcels.html", {"order": order, "parcels": parcels})
    context = {
        "order": order,
        "is_held": any(line.state == LineState.ON_HOLD for line in order.lines.all()),
        "parcels": parcels,
        "priced_lines": _priced_lines(order),
        "tenders": tenders_of(order.reference) if order.credit_minor else [],
        "passports": passports(order, parcels, now=now),
        "can_change_address": orders.address_can_change(order),
        "documents": list(documents.of_order(order.pk).select_related("seller")),
        "offers_account": _offers_account(request, order),
        "is_proven": orders.is_proven(request, order),
    }
    return render(request, "checkout/order.html", context)


def _priced_lines(order: Order) -> list[tuple[OrderLine, list[tuple[str, Money]]]]:
    """Pair each line with what was taken off it and why."""
    lines = list(order.lines.all())
    discounts = discounts_of_order(order) if any(line.discount_minor for line in lines) else {}
    return [(line, discounts.get(line.pk, [])) for line in lines]


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
        if line.state not in orders.CANCELLABLE:
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
