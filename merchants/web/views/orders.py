"""Orders: the queues, one order with the seller's own lines, accept, dispatch, cancel."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.money import Money
from backmarket.core.policies import policy
from care.selectors import tickets
from checkout.enums import LineState
from checkout.selectors import documents, labels, orders
from checkout.services import lines as line_services
from merchants.enums import Role
from merchants.flows import orders as order_flows
from merchants.policies import member
from merchants.selectors import queues
from merchants.web import page
from merchants.web.forms import CancelForm, LabelForm, ShipForm


@policy(member(Role.ORDERS))
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    seller_id, now = page.merchant_of(request).pk, clock.now()
    queue = queues.QUEUES.get(request.GET.get("queue", ""), queues.QUEUES["to_accept"])
    search = request.GET.get("q", "").replace("\0", "").strip()[:80]
    if search and "queue" not in request.GET:
        queue = queues.QUEUES["all"]
    tabs = queues.tabs_of(seller_id=seller_id, now=now)
    rows = queues.lines_in(queue, seller_id=seller_id, search=search, now=now)
    count = None if search else next(tab.count for tab in tabs if tab.key == queue.key)
    context = {
        "page": page.page_of(request, rows, count=count),
        "tabs": tabs,
        "queue": queue,
        "search": search,
        "now": now,
        "may_work": page.may(request, Role.ORDERS),
    }
    return page.show(request, "orders.html", context, current="orders")


def own_lines(request: HttpRequest, number: int) -> list[Any]:
    """Return the seller's own lines of an order; without any, the order does not exist here."""
    rows = orders.lines_of_seller(seller_id=page.merchant_of(request).pk).filter(order__number=number)
    rows = rows.select_related("listing", "seller", "parcel__label").prefetch_related("parcel__events")
    found = list(rows.order_by("pk"))
    if not found:
        raise Http404
    return found


def order_page(
    request: HttpRequest,
    number: int,
    *,
    form: ShipForm | None = None,
    label_form: LabelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show an order with the seller's own lines, with what was typed wrong, if anything was."""
    lines = own_lines(request, number)
    order = lines[0].order
    for line in lines:
        line.order = order
    accepted = [line for line in lines if line.state == LineState.ACCEPTED]
    seller_id = page.merchant_of(request).pk
    own_labels = list(labels.unused_of(seller_id=seller_id, order_id=order.pk))
    labelled = {line.pk for label in own_labels for line in label.lines.all()}
    to_label = [line for line in accepted if line.pk not in labelled]
    own_tickets = tickets.of_seller(seller_id).filter(line_id__in=[line.pk for line in lines])
    context = {
        "order": order,
        "lines": lines,
        "to_accept": [line for line in lines if line.state == LineState.PAID],
        "to_ship": accepted,
        "parcels": list({line.parcel_id: line.parcel for line in lines if line.parcel_id}.values()),
        "tickets": list(own_tickets),
        "documents": documents.of_seller_and_order(seller_id, order.pk),
        "labels": own_labels,
        "label_form": label_form or LabelForm(lines=to_label, market=order.market),
        "to_label": to_label,
        "form": form or ShipForm(lines=accepted, market=order.market, labels=own_labels),
        "goods": Money.total((line.price for line in lines), order.currency),
        "shipping": Money.total((line.shipping for line in lines), order.currency),
        "discount": Money.total((line.discount_seller for line in lines), order.currency),
        "commission": Money.total((Money(line.commission_minor, order.currency) for line in lines), order.currency),
        "commission_vat": Money.total(
            (Money(line.commission_vat_minor, order.currency) for line in lines), order.currency
        ),
        "now": clock.now(),
        "may_work": page.may(request, Role.ORDERS),
    }
    gross = Money.total((line.gross for line in lines), order.currency)
    context["earned"] = gross - context["commission"] - context["commission_vat"]
    return page.show(request, "order.html", context, current="orders", status=status)


@policy(member(Role.ORDERS))
@require_safe
def detail(request: HttpRequest, number: int) -> HttpResponse:
    return order_page(request, number)


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise Http404 from error


@policy(member(Role.ORDERS))
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accept the chosen lines, one or many."""
    back = page.way_back(request, reverse("office:orders"))
    chosen = _ids(request.POST.getlist("line"))
    if not chosen:
        messages.warning(request, _("Choose at least one order."))
        return redirect(back)
    result = order_flows.accept_lines(
        seller_id=page.merchant_of(request).pk, line_ids=chosen, actor=Actor.of(request), now=clock.now()
    )
    if result.done:
        messages.success(
            request,
            ngettext("%(count)s item accepted.", "%(count)s items accepted.", result.done) % {"count": result.done},
        )
    if result.refused:
        messages.warning(
            request,
            ngettext(
                "%(count)s item could not be accepted any more.",
                "%(count)s items could not be accepted any more.",
                result.refused,
            )
            % {"count": result.refused},
        )
    return redirect(back)


@policy(member(Role.ORDERS))
@require_POST
def ship(request: HttpRequest, number: int) -> HttpResponse:
    """Dispatch the chosen lines of an order as one parcel."""
    lines = own_lines(request, number)
    accepted = [line for line in lines if line.state == LineState.ACCEPTED]
    form = ShipForm(request.POST, lines=accepted, market=lines[0].order.market)
    if form.is_valid():
        try:
            with transaction.atomic(durable=True):
                line_services.ship_lines(
                    seller_id=page.merchant_of(request).pk,
                    order_id=lines[0].order_id,
                    carrier=form.cleaned_data["carrier"],
                    tracking_number=form.cleaned_data["tracking_number"],
                    identifiers=form.cleaned_data["identifiers"],
                    address_version=form.cleaned_data["address_version"],
                    actor=Actor.of(request),
                    now=clock.now(),
                )
        except DomainError as error:
            form.add_error(None, str(error.text))
        else:
            messages.success(request, _("Dispatched. The shopper has the tracking number."))
            return redirect("office:order", number=number)
    return order_page(request, number, form=form, status=422)


@policy(member(Role.ORDERS))
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, number: int, line_id: UUID) -> HttpResponse:
    """Ask why, then cancel a line that cannot be delivered and send the money back."""
    line = next((one for one in own_lines(request, number) if one.public_id == line_id), None)
    if line is None or not page.may(request, Role.ORDERS):
        raise Http404
    if line.state not in (LineState.PAID, LineState.ACCEPTED):
        return redirect("office:order", number=number)
    form = CancelForm(request.POST) if request.method == "POST" else CancelForm()
    if form.is_valid():
        try:
            order_flows.cancel_line(
                seller_id=page.merchant_of(request).pk,
                line_id=line_id,
                reason=form.words,
                actor=Actor.of(request),
                now=clock.now(),
            )
        except DomainError as error:
            messages.error(request, str(error.text))
        else:
            messages.success(request, _("Cancelled. The shopper gets the money back."))
        return redirect("office:order", number=number)
    status = 422 if form.is_bound else 200
    return page.show(request, "cancel.html", {"line": line, "form": form}, current="orders", status=status)


@policy(member(Role.ORDERS))
@require_safe
def slip(request: HttpRequest, number: int) -> HttpResponse:
    """Show the packing slip: what is in the parcel and for whom, without prices."""
    lines = own_lines(request, number)
    wanted = [line for line in lines if line.state not in queues.GONE]
    return page.show(request, "slip.html", {"order": lines[0].order, "lines": wanted}, current="orders")
