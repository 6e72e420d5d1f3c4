"""An account for a guest who has ordered: by one click where the mailed link was opened, else by a mailed link."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backmarket.accounts.services import AccountExistsError
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.policies import PUBLIC, policy
from checkout.models import Order
from checkout.selectors import orders
from checkout.services import claims, mails

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """
    Open the account of whoever placed a guest order, and put their orders into it.

    The address is proven where this session came through the order's mail, or by the key of the mail that is sent
    otherwise. Following a link changes nothing: its page has the button.
    """
    key = request.POST.get("key") or request.GET.get("key", "")
    by_key = orders.account_key_opens(key, public_id)
    order = _guest_order(request, public_id, by_key=by_key)
    if order is None:
        return _of_nobody(request, public_id)
    if request.method != "POST":
        if not by_key:
            return redirect(order)
        return render(request, "checkout/open_account.html", {"order": order, "key": key})
    if not by_key and not orders.is_proven(request, order):
        return _send_link(request, order)
    return _open(request, order)


def _guest_order(request: HttpRequest, public_id: UUID, *, by_key: bool) -> Order | None:
    found = Order.objects.all() if by_key else orders.visible_to(request)
    return found.filter(public_id=public_id, user=None).first()


def _of_nobody(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer for an order that is in an account already: a second click, or a link that was used."""
    order = orders.visible_to(request).filter(public_id=public_id).first()
    if order is None:
        raise Http404
    return redirect(order)


def _send_link(request: HttpRequest, order: Order) -> HttpResponse:
    with transaction.atomic(durable=True):
        mails.account_link(order_id=order.pk, now=clock.now())
    # Whether there is an account with this address is nobody's business who has not proved that it is theirs.
    messages.success(
        request, _("We have sent a link to %(email)s. Open it, and the account is yours.") % {"email": order.email}
    )
    return redirect(order)


def _open(request: HttpRequest, order: Order) -> HttpResponse:
    orders.remember(request, order)
    try:
        with transaction.atomic(durable=True):
            user = claims.open_account(order_id=order.pk, actor=Actor.of(request), now=clock.now())
    except AccountExistsError:
        messages.warning(request, _("You have an account with this address already. Sign in to add the order to it."))
        return redirect(f"{reverse('account_login')}?next={reverse('accounts:home')}")
    login(request, user, backend=BACKEND)
    messages.success(
        request, _("Your account is open and your orders are in it. You can set a password there at any time.")
    )
    return redirect(order)
