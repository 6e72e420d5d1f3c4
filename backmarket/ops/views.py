"""The door, and the error pages in the shop's own look."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language_from_request

from backmarket.core.policies import PUBLIC, policy


@policy(PUBLIC)
def choose_locale(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the shop of the locale that the browser asks for."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)
