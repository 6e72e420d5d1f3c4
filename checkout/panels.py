"""What checkout shows on others' pages: the orders of an account, and how money pages name its references."""

import re
from collections.abc import Mapping, Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from backmarket.accounts.selectors import user_id_of
from backmarket.accounts.slots import ACCOUNT_PANELS
from backmarket.core import clock
from backmarket.core.slots import Panel
from catalog.selectors.sellers import seller_ids_named, seller_names
from checkout.models import Order, OrderLine
from checkout.selectors import orders
from checkout.selectors.saved import addresses_of, cards_of_person, payments_owner
from checkout.selectors.tenders import credit_rows
from checkout.web.gifts import GiftForm
from payments.selectors.stored_value import credit_of
from payments.slots import REFERENCE_LABELS, ReferenceLabel

ORDERS_PER_PAGE = 10
SELLER = re.compile(r"seller:[0-9]{1,18}")


@ACCOUNT_PANELS.provider
def orders_panel(request: HttpRequest, keys: Sequence[int]) -> Mapping[int, Panel]:
    """List the orders of the person signed in; nobody sees another's."""
    user_id = user_id_of(request)
    if user_id not in keys:
        return {}
    pages = Paginator(orders.with_lines(Order.objects.filter(user_id=user_id)), ORDERS_PER_PAGE)
    context = {
        "orders": pages.get_page(request.GET.get("page")),
        "claimable": orders.claimable_by(user_id).count(),
    }
    return {user_id: Panel("checkout/account_orders.html", context, weight=10)}


@ACCOUNT_PANELS.provider
def kept_panel(request: HttpRequest, keys: Sequence[int]) -> Mapping[int, Panel]:
    """List the addresses and cards that the person signed in keeps; nobody sees another's."""
    user_id = user_id_of(request)
    if user_id not in keys:
        return {}
    context = {"addresses": addresses_of(user_id), "cards": cards_of_person(user_id, now=clock.now())}
    return {user_id: Panel("checkout/account_kept.html", context, weight=80)}


@ACCOUNT_PANELS.provider
def credit_panel(request: HttpRequest, keys: Sequence[int]) -> Mapping[int, Panel]:
    """Show the credit of the person signed in and where it came from and went; nobody sees another's."""
    user_id = user_id_of(request)
    if user_id not in keys:
        return {}
    owner = payments_owner(user_id)
    balances = credit_of(owner)
    context = {"balances": balances, "rows": credit_rows(owner) if balances else [], "form": GiftForm()}
    return {user_id: Panel("checkout/account_credit.html", context, weight=70)}


@REFERENCE_LABELS.provider
def order_labels(request: HttpRequest, references: Sequence[str]) -> Mapping[str, ReferenceLabel]:
    """Name orders by their number and lines by what was bought, in two queries."""
    ids = {reference: orders.public_id_of(reference) for reference in references}
    wanted = [public_id for public_id in ids.values() if public_id]
    numbers = {order.reference: order for order in Order.objects.filter(public_id__in=wanted)}
    lines = {line.reference: line for line in OrderLine.objects.filter(public_id__in=wanted).select_related("order")}
    labels = {}
    for reference in references:
        if reference in numbers:
            order = numbers[reference]
            labels[reference] = _label(order, _("Order %(number)s") % {"number": order.number_text})
        elif reference in lines:
            line = lines[reference]
            labels[reference] = _label(line.order, f"{line.order.number_text} · {line.title}")
    return labels


def _label(order: Order, text: str) -> ReferenceLabel:
    return ReferenceLabel(text, reverse("admin:checkout_order_change", args=[order.pk]))


@REFERENCE_LABELS.search
def find_orders(request: HttpRequest, text: str) -> Sequence[str]:
    """Find an order by its number, as 1234-5678 or in one piece."""
    digits = text.replace("-", "").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 8):
        return []
    return [order.reference for order in Order.objects.filter(number=int(digits))]


@REFERENCE_LABELS.provider
def seller_labels(request: HttpRequest, references: Sequence[str]) -> Mapping[str, ReferenceLabel]:
    """Call sellers by their public names, in one query."""
    ids = {reference: int(reference[7:]) for reference in references if SELLER.fullmatch(reference)}
    if not ids:
        return {}
    names = seller_names(ids.values())
    return {
        reference: ReferenceLabel(names[pk], reverse("money:seller", args=[reference]))
        for reference, pk in ids.items()
        if pk in names
    }


@REFERENCE_LABELS.search
def find_sellers(request: HttpRequest, text: str) -> Sequence[str]:
    """Find sellers by three letters of their name or more."""
    return [f"seller:{pk}" for pk in seller_ids_named(text)] if len(text) >= 3 else []
