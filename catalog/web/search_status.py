"""Whether search is well: which engine answers, how far its index is behind, how a rebuild goes."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from backmarket.core import clock
from backmarket.core.policies import Policy, policy
from catalog.search import engines
from catalog.search.elastic import client
from catalog.search.elastic.status import index_status
from catalog.selectors.search_lag import latest_reindexes, search_lag

from .search_reports import TABS

# Promised from a changed price to its being found.
LAG_LIMIT_S = 30
OPERATOR = Policy(
    "catalog.view_searchreindex",
    lambda request: request.user.is_staff and request.user.has_perm("catalog.view_searchreindex"),
)
STATES = {"closed": _("in use"), "open": _("left aside"), "half open": _("being tried again")}


@require_GET
def search_status(request: HttpRequest) -> HttpResponse:
    """Show the state of search as this process sees it."""
    lag = search_lag()
    lag_s = int(lag.age(clock.now()).total_seconds())
    context = {
        **admin.site.each_context(request),
        "title": _("Search engine"),
        "tabs": TABS,
        "engine": engines.current_engine().name,
        "breaker": STATES[engines.GUARDED.breaker.state],
        "is_well": engines.GUARDED.breaker.state == "closed",
        "index": index_status() if client.is_configured() else None,
        "lag": lag,
        "lag_s": lag_s,
        "is_late": lag_s > LAG_LIMIT_S,
        "reindexes": latest_reindexes(),
    }
    return render(request, "catalog/searches/engine.html", context)


status_view = admin.site.admin_view(policy(OPERATOR)(search_status))
