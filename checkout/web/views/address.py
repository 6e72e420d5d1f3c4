"""Change the address of an order before its first parcel leaves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from checkout.models import Order
from checkout.selectors import orders
from checkout.services import address_changes
from checkout.services.address_changes import FIELDS, AddressTooLateError
from checkout.web.forms import AddressForm


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the address as the country writes it; what is sent is checked as at checkout."""
    order = get_object_or_404(orders.visible_to(request).prefetch_related("lines"), public_id=public_id)
    if not orders.address_can_change(order):
        messages.warning(request, str(AddressTooLateError.message))
        return redirect(order)
    form = _form(order, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                address_changes.change_address(
                    order_id=order.pk, address=form.address(), actor=Actor.of(request), now=clock.now()
                )
        except AddressTooLateError as error:
            messages.error(request, str(error.text))
            return redirect(order)
        except DomainError as error:
            form.add_error("region" if "region" in form.fields else None, str(error.text))
        else:
            messages.success(request, _("The address is changed, and every seller sees it."))
            return redirect(order)
    context = {"order": order, "form": form}
    return render(request, "checkout/address.html", context, status=422 if form.errors else 200)


def _form(order: Order, data: Any) -> AddressForm:
    market = order.market_facts
    carriers = [market.carrier(key) for key in {line.carrier for line in order.lines.all()}]
    initial = {name: getattr(order, name) for name in FIELDS}
    return AddressForm(data, market=market, carriers=carriers, initial={**initial, "phone": order.phone_text})
