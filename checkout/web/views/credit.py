"""An account's credit: a gift card whose value moves to it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backmarket.accounts.selectors import user_id_of
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import SIGNED_IN, policy
from checkout.selectors.saved import payments_owner
from checkout.web.gifts import count_try
from payments.selectors.stored_value import gift_card_by_code
from payments.services.gift_cards import GiftCardUnknownError, move_to_credit


@policy(SIGNED_IN)
@require_POST
def redeem(request: HttpRequest) -> HttpResponse:
    """Move what is left of a gift card to the person's credit."""
    now = clock.now()
    try:
        count_try(request)
        card = gift_card_by_code(request.POST.get("gift_code", "")[:40], now=now)
        if card is None:
            raise GiftCardUnknownError
        owner = payments_owner(user_id_of(request))
        with transaction.atomic(durable=True):
            amount = move_to_credit(card_id=card.public_id, owner=owner, actor=Actor.of(request), now=now)
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("%(amount)s were added to your credit.") % {"amount": amount.format()})
    return redirect("accounts:home")
