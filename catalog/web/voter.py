"""A visitor who votes is known by a signed cookie alone."""

import uuid

from django.http import HttpRequest, HttpResponse

COOKIE = "voter"
SALT = "catalog.voter"
REMEMBERED_S = 365 * 24 * 3600


def voter_of(request: HttpRequest) -> str:
    """Return who votes: the cookie's if it is ours, else somebody new."""
    known = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    return known or uuid.uuid4().hex


def remember_voter(response: HttpResponse, voter: str, *, secure: bool) -> None:
    response.set_signed_cookie(
        COOKIE, voter, salt=SALT, max_age=REMEMBERED_S, httponly=True, secure=secure, samesite="Lax"
    )
