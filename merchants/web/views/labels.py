"""Shipping labels of an order: made, printed, cancelled."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.downloads import attachment
from backmarket.core.errors import DomainError
from backmarket.core.policies import policy
from checkout.enums import LabelState, LineState
from checkout.flows import labels as label_flows
from checkout.selectors import labels
from merchants.enums import Role
from merchants.policies import member
from merchants.web import page
from merchants.web.forms import LabelForm

from .orders import order_page, own_lines


def _ship_part(number: int) -> str:
    return f"{reverse('office:order', args=[number])}#ship"


@policy(member(Role.ORDERS))
@require_POST
def make(request: HttpRequest, number: int) -> HttpResponse:
    """Buy a label for the chosen items; sent twice it is one."""
    lines = own_lines(request, number)
    accepted = [line for line in lines if line.state == LineState.ACCEPTED]
    form = LabelForm(request.POST, lines=accepted, market=lines[0].order.market)
    if not form.is_valid():
        return order_page(request, number, label_form=form, status=422)
    try:
        label = label_flows.buy_label(
            seller_id=page.merchant_of(request).pk,
            order_id=lines[0].order_id,
            line_ids=form.line_ids,
            carrier=form.cleaned_data["carrier"],
            weight_g=form.cleaned_data["weight_g"],
            key=str(form.cleaned_data["key"]),
            actor=Actor.of(request),
            now=clock.now(),
        )
    except DomainError as error:
        form.add_error(None, str(error.text))
        return order_page(request, number, label_form=form, status=422)
    said = {"carrier": label.carrier_name, "words": label.refusal}
    if label.state == LabelState.REFUSED:
        messages.error(request, _("%(carrier)s makes no label for this parcel: %(words)s") % said)
    elif label.state == LabelState.BOUGHT:
        messages.success(request, _("The label is ready. Print it, pack, and mark the parcel sent."))
    else:
        messages.warning(request, _("The carrier does not answer. We keep asking; look again in a few minutes."))
    return redirect(_ship_part(number))


@policy(member(Role.ORDERS))
@require_safe
def pdf(request: HttpRequest, number: int, public_id: UUID) -> HttpResponse:
    """Answer the label of a parcel, to print."""
    lines = own_lines(request, number)
    own = labels.labels_of(seller_id=page.merchant_of(request).pk, order_id=lines[0].order_id)
    label = get_object_or_404(own.filter(state=LabelState.BOUGHT), public_id=public_id)
    content = labels.file_of(label, language=get_language() or "en")
    return attachment(labels.file_name(label), content, "application/pdf")


@policy(member(Role.ORDERS))
@require_POST
def void(request: HttpRequest, number: int, public_id: UUID) -> HttpResponse:
    """Give back a label that was not used."""
    lines = own_lines(request, number)
    seller_id = page.merchant_of(request).pk
    if not labels.labels_of(seller_id=seller_id, order_id=lines[0].order_id).filter(public_id=public_id).exists():
        raise Http404
    try:
        label = label_flows.void_label(
            seller_id=seller_id, public_id=public_id, actor=Actor.of(request), now=clock.now()
        )
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        if label.state == LabelState.BOUGHT:
            messages.error(request, _("The carrier does not take it back: %(words)s") % {"words": label.refusal})
        else:
            messages.success(request, _("The label is cancelled. Throw away what you printed."))
    return redirect(_ship_part(number))
