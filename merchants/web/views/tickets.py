"""Tickets: what shoppers ask, soonest due first, and the answer."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import policy
from care.enums import AuthorKind, TicketState
from care.selectors import tickets
from care.services import tickets as ticket_services
from care.services.photos import stored_photos
from merchants.enums import Role
from merchants.policies import member
from merchants.web import page
from merchants.web.forms import ReplyForm

TABS = {
    "to_answer": (gettext_lazy("To answer"), (TicketState.WAITING_SELLER,)),
    "waiting": (gettext_lazy("Waiting for the shopper"), (TicketState.WAITING_SHOPPER,)),
    "escalated": (gettext_lazy("With the marketplace"), (TicketState.ESCALATED,)),
    "ended": (gettext_lazy("Ended"), (TicketState.RESOLVED, TicketState.CLOSED)),
}


@policy(member(Role.CARE))
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    own = tickets.of_seller(page.merchant_of(request).pk)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "to_answer"
    rows = own.filter(state__in=TABS[tab][1])
    if tab != "to_answer":
        rows = rows.order_by("-updated_at")
    context = {
        "page": page.page_of(request, rows),
        "tabs": [(key, label) for key, (label, _states) in TABS.items()],
        "tab": tab,
        "now": clock.now(),
    }
    return page.show(request, "tickets.html", context, current="tickets")


@policy(member(Role.CARE))
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the conversation and take the seller's answer."""
    merchant = page.merchant_of(request)
    own = tickets.with_conversation(tickets.of_seller(merchant.pk), with_internal=False)
    ticket = get_object_or_404(own, public_id=public_id)
    form = ReplyForm(request.POST, request.FILES) if request.method == "POST" else ReplyForm()
    if form.is_valid():
        now = clock.now()
        try:
            with stored_photos(form.cleaned_data["photos"], now=now) as photos, transaction.atomic(durable=True):
                ticket_services.reply(
                    ticket_id=ticket.pk,
                    author_kind=AuthorKind.SELLER,
                    author_name=merchant.seller.name,
                    text=form.cleaned_data["text"],
                    photos=photos,
                    actor=Actor.of(request),
                    now=now,
                )
        except DomainError as error:
            form.add_error(None, str(error.text))
        else:
            messages.success(request, _("Your answer was sent."))
            return redirect("office:ticket", public_id=public_id)
    context = {
        "ticket": ticket,
        "form": form,
        "now": clock.now(),
        "may_answer": page.may(request, Role.CARE) and ticket.state != TicketState.CLOSED,
    }
    return page.show(request, "ticket.html", context, current="tickets", status=422 if form.errors else 200)
