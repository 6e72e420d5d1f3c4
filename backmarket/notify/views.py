"""What a person wants to hear of: a page by the link in each mail, and the one press of mail programs."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backmarket.accounts.models import User
from backmarket.accounts.selectors import user_id_of
from backmarket.core import clock
from backmarket.core.policies import PUBLIC, SIGNED_IN, policy

from .enums import Category
from .models import Recipient
from .services import choose, recipient_of, switch

OPTIONAL = [category for category in Category if category != Category.ESSENTIAL]
MEANINGS = {
    Category.DELIVERY: gettext_lazy("A seller packs your order, the parcel arrives today, the parcel is there."),
    Category.REVIEWS: gettext_lazy("A week after delivery: how is it? And what sellers answer to your reviews."),
    Category.ALERTS: gettext_lazy("What you asked to hear of: a price has fallen, or a device is in stock again."),
}


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: UUID) -> HttpResponse:
    """Show and keep the choices of an address; whoever has one of its mails may make them."""
    recipient = get_object_or_404(Recipient, token=token)
    if request.method == "POST":
        wanted = [] if "nothing" in request.POST else request.POST.getlist("wanted")
        with transaction.atomic(durable=True):
            wants_texts = "nothing" not in request.POST and "texts" in request.POST
            choose(recipient=recipient, wanted=wanted, wants_texts=wants_texts, now=clock.now())
        messages.success(request, _("Your choices are kept."))
        return redirect("notify:preferences", token=token)
    context = {
        "recipient": recipient,
        "masked": masked(recipient.email),
        "choices": [
            (category, category.label, MEANINGS[category], category not in recipient.mails_off) for category in OPTIONAL
        ],
    }
    answer = render(request, "notify/preferences.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@policy(PUBLIC)
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: UUID, category: str) -> HttpResponse:
    """
    Switch one category off by the one press of a mail program (RFC 8058), which has neither cookie nor token.

    Only a POST does: those who scan mails for dangers open every link.
    """
    recipient = get_object_or_404(Recipient, token=token)
    if category not in OPTIONAL:
        raise Http404
    if request.method != "POST":
        return redirect("notify:preferences", token=token)
    with transaction.atomic(durable=True):
        switch(recipient=recipient, category=category, is_on=False, now=clock.now())
    return HttpResponse(_("Done. You get no more of these mails."), content_type="text/plain; charset=utf-8")


@policy(SIGNED_IN)
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """Lead who is signed in to the choices of the account's address."""
    email = User.objects.values_list("email", flat=True).get(pk=user_id_of(request))
    return redirect("notify:preferences", token=recipient_of(email).token)


def masked(email: str) -> str:
    """Return an address that only its owner recognises."""
    name, _at, domain = email.partition("@")
    return f"{name[:2]}{'•' * max(2, len(name) - 2)}@{domain}"
