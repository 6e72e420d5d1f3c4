"""A basket shared by a link: made and taken back by its maker, looked at and taken over by others."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.registry import MARKETS
from checkout.selectors.shared_baskets import SharedRow, SharedView, find_share, shared_view
from checkout.services import baskets, shared_baskets
from checkout.services.shared_baskets import NothingToShareError
from checkout.web.baskets import SHARES_KEY, current_basket, ensure_basket, share_tokens


@policy(PUBLIC)
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Make a link to the basket as it is now."""
    now = clock.now()
    basket = current_basket(request, now=now)
    tokens = share_tokens(request)
    try:
        if basket is None:
            raise NothingToShareError
        with transaction.atomic(durable=True):
            shared = shared_baskets.share_basket(basket_id=basket.pk, tokens=tokens, now=now)
    except DomainError as error:
        messages.error(request, str(error.text))
        return redirect("checkout:basket")
    if shared.user_id is None:
        request.session[SHARES_KEY] = [str(token) for token in (*tokens, shared.token)][-2 * shared_baskets.MAX_LINKS :]
    return HttpResponseRedirect(f"{reverse('checkout:basket')}#share")


@policy(PUBLIC)
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Take a link back. Another's is left alone, and so is one that is over already: the page shows what is left."""
    token = _token(request.POST.get("link", ""))
    user_id = request.user.pk if request.user.is_authenticated else None
    found = find_share(token, user_id=user_id, tokens=share_tokens(request)) if token else None
    if found is not None:
        with transaction.atomic(durable=True):
            shared_baskets.end_share(shared_id=found.pk)
        messages.success(request, _("The link has ended. Nobody can open it any more."))
    return redirect("checkout:basket")


@policy(PUBLIC)
@require_safe
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """Show what somebody shared, at today's prices and without a word about who it was."""
    view = _shared(key)
    if view is None or view.shared.market != _market(request):
        return _over(request, view)
    return render(request, "checkout/shared.html", {"view": view, "key": key})


@policy(PUBLIC)
@require_POST
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Put all or some of what was shared into the visitor's own basket."""
    view = _shared(key)
    if view is None or view.shared.market != _market(request):
        return _over(request, view)
    asked = {token for token in map(_token, request.POST.getlist("listing")) if token}
    chosen = [row for row in view.rows if getattr(row.device, "listing_public_id", None) in asked]
    if not chosen:
        messages.error(request, _("Choose at least one item to put into your basket."))
        return redirect("checkout:shared", key=key)
    try:
        _take(request, chosen)
    except DomainError as error:
        messages.error(request, str(error.text))
        return redirect("checkout:shared", key=key)
    return redirect("checkout:basket")


def _take(request: HttpRequest, chosen: list[SharedRow]) -> None:
    now = clock.now()
    basket = ensure_basket(request, now=now)
    wanted = [(row.listing_id, row.quantity) for row in chosen]
    with transaction.atomic(durable=True):
        added = baskets.add_listings(basket_id=basket.pk, wanted=wanted, now=now)
    missed = len(wanted) - added
    if added:
        words = ngettext("%(count)s item is in your basket.", "%(count)s items are in your basket.", added)
        messages.success(request, words % {"count": added})
    if missed:
        words = ngettext(
            "%(count)s item has just been sold or withdrawn.",
            "%(count)s items have just been sold or withdrawn.",
            missed,
        )
        messages.warning(request, words % {"count": missed})


def _shared(key: str) -> SharedView | None:
    token = _token(key)
    return shared_view(token, now=clock.now()) if token else None


def _token(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _market(request: HttpRequest) -> str:
    code: str = request.market.code  # type: ignore[attr-defined]
    return code


def _over(request: HttpRequest, view: SharedView | None) -> HttpResponse:
    """Say that a link leads nowhere, or to another country's shop; forged, ended and expired ones look the same."""
    elsewhere = MARKETS[view.shared.market] if view else None
    context = {"elsewhere": elsewhere, "elsewhere_url": ""}
    if elsewhere is not None and view is not None:
        with translation.override(elsewhere.default_locale):
            context["elsewhere_url"] = reverse("checkout:shared", args=[view.shared.token])
    return render(request, "checkout/shared_over.html", context, status=404)
