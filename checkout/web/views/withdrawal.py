"""Withdraw from the contract of a line: the statement, then its dated receipt."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from checkout.models import OrderLine
from checkout.selectors import orders
from checkout.services import withdrawals
from checkout.web.parcels import withdrawal_of

from .order import open_by_link


def _line_of(request: HttpRequest, public_id: UUID, line_id: UUID) -> OrderLine:
    """Return a line of an order that the visitor may see; anything else does not exist."""
    order = get_object_or_404(orders.visible_to(request), public_id=public_id)
    line = order.lines.select_related("seller", "order", "withdrawal").filter(public_id=line_id).first()
    if line is None:
        raise Http404
    return line


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Show the statement with what follows from it; sending it declares the withdrawal."""
    line = _line_of(request, public_id, line_id)
    now = clock.now()
    refusal = None
    if withdrawal_of(line) is not None:
        return redirect("checkout:withdrawn", public_id, line_id)
    if request.method == "POST":
        try:
            with transaction.atomic(durable=True):
                withdrawals.declare_withdrawal(line_id=line.pk, actor=Actor.of(request), now=now)
        except DomainError as error:
            refusal = error
        else:
            return redirect("checkout:withdrawn", public_id, line_id)
    until = withdrawals.last_day_of(line)
    is_possible = line.state in withdrawals.WITHDRAWABLE and withdrawals.is_in_time(line, now)
    context = {"order": line.order, "line": line, "until": until, "is_possible": is_possible, "refusal": refusal}
    return render(request, "checkout/withdraw.html", context, status=refusal.http_status if refusal else 200)


@policy(PUBLIC)
@require_safe
def withdrawn(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Show the receipt of a declaration, to print or to keep; the link of its mail opens it too."""
    if open_by_link(request, public_id):
        return redirect("checkout:withdrawn", public_id, line_id)
    line = _line_of(request, public_id, line_id)
    withdrawal = withdrawal_of(line)
    if withdrawal is None:
        return redirect("checkout:withdraw", public_id, line_id)
    context = {"order": line.order, "line": line, "withdrawal": withdrawal}
    return render(request, "checkout/withdrawn.html", context)
