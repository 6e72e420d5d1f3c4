"""Buy an item of an order again."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backmarket.core import clock
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from catalog.enums import Grade
from checkout.selectors import orders
from checkout.services import reorders
from checkout.services.reorders import Reorder
from checkout.web.baskets import ensure_basket


@policy(PUBLIC)
@require_POST
def buy_again(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Put it into the basket, and say plainly what differs from then."""
    order = get_object_or_404(orders.visible_to(request), public_id=public_id)
    line = order.lines.select_related("seller").filter(public_id=line_id).first()
    if line is None:
        raise Http404
    now = clock.now()
    basket = ensure_basket(request, now=now)
    try:
        with transaction.atomic(durable=True):
            done = reorders.put_again(line=line, basket=basket, now=now)
    except DomainError as error:
        messages.error(request, str(error.text))
        return redirect(order)
    differences = _differences(done)
    if differences:
        messages.warning(request, _("In your basket, with a difference: %(what)s") % {"what": " ".join(differences)})
    else:
        messages.success(request, _("In your basket: the same offer at the same price."))
    return redirect("checkout:basket")


def _differences(done: Reorder) -> list[str]:
    said = []
    if done.has_other_seller:
        names = {"new": done.quote.seller_name, "old": done.line.seller.name}
        said.append(_("it comes from %(new)s, not from %(old)s.") % names)
    if done.has_other_grade:
        grades = {"new": Grade(done.quote.grade).label, "old": Grade(done.line.grade).label}
        said.append(_("Its grade is %(new)s, it was %(old)s.") % grades)
    if done.has_other_price:
        prices = {"new": done.quote.price.format(), "old": done.unit_price_then.format()}
        said.append(_("It costs %(new)s, it was %(old)s.") % prices)
    return said
