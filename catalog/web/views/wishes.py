"""The wish list: looked at, added to, taken from, shared by a link."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from catalog.enums import GRADE_ORDER
from catalog.selectors.pages.wish_list import find_shared, wish_list_page
from catalog.services import wish_lists
from catalog.services.wish_lists import Removed, Wished
from catalog.web import params, visitor

REMOVED_KEY = "wish_removed"


@policy(PUBLIC)
@require_safe
def wish_list(request: HttpRequest) -> HttpResponse:
    """Show the visitor's list with what each device costs now."""
    found = visitor.current_list(request)
    page = wish_list_page(found, market=params.market_of(request)) if found else None
    removed = request.session.get(REMOVED_KEY) if found else None
    shared = request.build_absolute_uri(page.share_path) if page and page.share_path else ""
    context = {"page": page, "shared_url": shared, "removed": removed, "is_own": True}
    response = render(request, "catalog/wish_list.html", context)
    if page:
        visitor.show_wishes(request, response, [row.product.pk for row in page.rows])
    return response


@policy(PUBLIC)
@require_safe
def shared_wishes(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show somebody's list to whoever has its link, to read only."""
    found = find_shared(key, market=params.market_of(request))
    if found is None:
        raise Http404
    page = wish_list_page(found, market=params.market_of(request))
    return render(request, "catalog/wish_list.html", {"page": page, "is_own": False})


@policy(PUBLIC)
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """Put a device on the list; a button's value is `slug`, or `slug,sku,grade` for one version of it."""
    now = clock.now()
    wished = _wished(request.POST.get("wish", ""))
    try:
        _add(request, wished, now)
    except DomainError as error:
        return _refused(request, error)
    request.session.pop(REMOVED_KEY, None)
    if not visitor.wants_data(request):
        messages.success(request, _("It is on your wish list."))
    return _answer(request)


def _add(request: HttpRequest, wished: Wished, now: datetime) -> None:
    """Add to the visitor's list; one that was merged between finding and locking is found again."""
    for _attempt in range(2):
        found = visitor.ensure_list(request, now=now)
        with transaction.atomic(durable=True):
            kept = wish_lists.add_wish(list_id=found.pk, wished=wished, now=now)
        if kept is not None:
            return
    raise Http404


def _wished(text: str) -> Wished:
    slug, _comma, version = text.partition(",")
    sku, _comma, grade = version.partition(",")
    try:
        return Wished(slug, UUID(sku) if sku else None, grade if grade in GRADE_ORDER else "")
    except ValueError:
        return Wished("")


@policy(PUBLIC)
@require_POST
def unwish(request: HttpRequest) -> HttpResponse:
    """Take a device off the list, and keep it at hand for the way back."""
    found = visitor.current_list(request)
    slug = request.POST.get("wish", "").partition(",")[0]
    gone = None
    if found is not None:
        with transaction.atomic(durable=True):
            gone = wish_lists.remove_wish(list_id=found.pk, slug=slug, now=clock.now())
    if gone is not None:
        request.session[REMOVED_KEY] = {
            "sku_id": gone.sku_id,
            "grade": gone.grade,
            "price_minor": gone.price_minor,
            "saved_at": gone.saved_at.isoformat(),
            "name": gone.product.full_name,
        }
    return _answer(request, otherwise="catalog:wish_list")


@policy(PUBLIC)
@require_POST
def rewish(request: HttpRequest) -> HttpResponse:
    """Put back what was taken off last."""
    kept = request.session.pop(REMOVED_KEY, None)
    found = visitor.current_list(request)
    saved_at = parse_datetime(kept["saved_at"]) if kept else None
    if kept and found is not None and saved_at is not None:
        removed = Removed(kept["sku_id"], kept["grade"], kept["price_minor"], saved_at)
        with transaction.atomic(durable=True):
            wish_lists.restore_wish(list_id=found.pk, removed=removed, now=clock.now())
    return _answer(request, otherwise="catalog:wish_list")


@policy(PUBLIC)
@require_POST
def share_wishes(request: HttpRequest) -> HttpResponse:
    """Make the link to the list, or take it back."""
    found = visitor.current_list(request)
    if found is not None:
        with transaction.atomic(durable=True):
            wish_lists.share(list_id=found.pk, is_shared="stop" not in request.POST)
    return redirect("catalog:wish_list")


def _answer(request: HttpRequest, otherwise: str = "catalog:home") -> HttpResponse:
    """Answer a script with how many there are, a person with the page they came from; both with the hearts to fill."""
    ids = visitor.read_wishes(request)
    response: HttpResponse
    if visitor.wants_data(request):
        response = JsonResponse({"count": len(ids)})
    else:
        response = redirect(visitor.way_back(request, otherwise))
    visitor.show_wishes(request, response, ids)
    return response


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    if visitor.wants_data(request):
        return JsonResponse({"error": str(error.text)}, status=error.http_status)
    messages.error(request, str(error.text))
    return redirect(visitor.way_back(request, "catalog:wish_list"))
