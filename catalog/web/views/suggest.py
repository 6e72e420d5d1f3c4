"""What stands under the search field while somebody types, and the note that a result was opened."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from catalog.selectors.suggestions import suggestions
from catalog.web import params
from catalog.web.search_log import note_click

KEPT_S = 60


@policy(PUBLIC)
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer a piece of markup; a browser may keep it for a minute, so that deleting a letter asks nobody."""
    found = suggestions(
        text=params.search_text(request.GET),
        market=params.market_of(request),
        locale=request.LANGUAGE_CODE,
        today=clock.now().date(),
    )
    answer = render(request, "catalog/suggest.html", {"found": found})
    patch_cache_control(answer, private=True, max_age=KEPT_S)
    return answer


@csrf_exempt
@policy(PUBLIC)
@require_POST
def search_opened(request: HttpRequest) -> HttpResponse:
    """
    Count that a result of a search was opened.

    Needs no cookie and so has no CSRF token: all that it does is to add one to a count, and only for a search that
    this shop signed within the hour.
    """
    note_click(request.POST.get("found", ""), request.POST.get("position", ""))
    return HttpResponse(status=204)
