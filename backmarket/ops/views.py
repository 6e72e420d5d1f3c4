"""The door, and the error pages in the shop's own look."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request

from backmarket.core.policies import PUBLIC, policy

API = "/api/v1/"
CODES = {400: "bad_request", 403: "forbidden", 404: "not_found", 500: "server_error"}


@policy(PUBLIC)
def choose_locale(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the shop of the locale that the browser asks for."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


def _page(request: HttpRequest, status: int) -> HttpResponse:
    """Show the error in the shop's own look, or as problem+json where programs ask (RFC 9457)."""
    if not request.path.startswith(API):
        return render(request, f"{status}.html", status=status)
    body = {
        "type": f"{settings.PUBLIC_URL}{API}docs/#problem-{CODES[status]}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": HTTPStatus(status).description or HTTPStatus(status).phrase,
        "code": CODES[status],
        "request_id": getattr(request, "id", ""),
    }
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"},
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)
