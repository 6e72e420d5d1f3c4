"""Brings a visitor's own things along: into the account at sign-in, and out of sight at sign-out."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_path

from backmarket.core import clock

from . import visitor


class VisitorMiddleware:
    """
    Looks after the cookies of wish lists and seen products on pages of the shop.

    Whoever has no session costs nothing here; whoever has one is looked up for the basket's count anyway.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if get_language_from_path(request.path_info) is None:
            return self.get_response(request)
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        merged = has_session and visitor.merge_into_account(request, now=clock.now())
        response = self.get_response(request)
        cookie = visitor.wishes_cookie(request)
        if merged:
            response.delete_cookie(visitor.SEEN_COOKIE, samesite="Lax")
        if cookie in response.cookies:
            return response
        if merged or (has_session and cookie not in request.COOKIES and request.user.is_authenticated):
            visitor.show_wishes(request, response, visitor.read_wishes(request))
        elif cookie in request.COOKIES and not self._owns_a_list(request, has_session):
            response.delete_cookie(cookie, samesite="Lax")
        return response

    def _owns_a_list(self, request: HttpRequest, has_session: bool) -> bool:
        return has_session and (request.user.is_authenticated or visitor.token_of(request) is not None)
