"""The comparison of up to four devices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backmarket.core.policies import PUBLIC, policy
from catalog.selectors.pages.compare import compared
from catalog.web import comparison, params, visitor


@policy(PUBLIC)
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show what the address names; without any, what was chosen on other pages."""
    asked = visitor.clean_slugs(request.GET.getlist("p"))
    forgets = "none" in request.GET
    if not asked and not forgets and (chosen := visitor.compared_slugs(request)):
        return redirect(compare_url(chosen))
    taken = asked[: visitor.MAX_COMPARED]
    columns = compared(slugs=taken, market=params.market_of(request), locale=request.LANGUAGE_CODE)
    slugs = [column.product.slug for column in columns]
    context = {
        "columns": [
            (column, compare_url([slug for slug in slugs if slug != column.product.slug])) for column in columns
        ],
        "groups": comparison.groups(columns) if columns else [],
        "too_many": len(asked) - len(taken),
        "unknown": len(taken) - len(slugs),
        "free": range(visitor.MAX_COMPARED - len(slugs)),
        "only_differences": "diff" in request.GET,
        "compare_is_open": True,
    }
    response = render(request, "catalog/compare.html", context)
    if asked or forgets:
        visitor.keep_compared(request, response, slugs)
    return response


def compare_url(slugs: list[str]) -> str:
    """Return the address of a comparison; of nothing, the page that forgets what was chosen."""
    query = QueryDict(mutable=True)
    query.setlist("p", slugs)
    return f"{reverse('catalog:compare')}?{query.urlencode() or 'none'}"


@policy(PUBLIC)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a device to compare, or leave one out again; then back to where that was."""
    slugs, slug = visitor.compared_slugs(request), request.POST.get("compare", "")
    response = redirect(visitor.way_back(request, "catalog:compare"))
    if "clear" in request.POST:
        visitor.keep_compared(request, response, [])
    elif slug in slugs:
        visitor.keep_compared(request, response, [kept for kept in slugs if kept != slug])
    elif not visitor.clean_slugs([slug]):
        messages.error(request, _("We do not know this product."))
    elif len(slugs) >= visitor.MAX_COMPARED:
        messages.error(request, _("Four devices fit side by side. Leave one out first."))
    else:
        visitor.keep_compared(request, response, [*slugs, slug])
    return response
