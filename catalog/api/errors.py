"""What went wrong, as problem+json (RFC 9457) in the caller's language."""

import math
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from backmarket.core.errors import DomainError
from backmarket.markets.indexing import public_url

CONTENT_TYPE = "application/problem+json"
CODES = {"throttled": "too_many_requests"}
TITLES = {
    "invalid_parameters": _("A parameter is wrong"),
    "not_found": _("There is no such thing"),
    "withdrawn": _("This product has left the shop"),
    "method_not_allowed": _("This address can only be read"),
    "not_acceptable": _("This address answers JSON"),
    "too_many_requests": _("Too many requests"),
}


class InvalidParametersError(exceptions.APIException):
    """The address asks for what cannot be; `detail` holds what is wrong, a list a parameter."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "invalid_parameters"

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(detail=errors)


class NoSuchThingError(exceptions.NotFound):
    default_code = "not_found"
    default_detail = _("Nothing stands at this address.")


class WithdrawnError(exceptions.APIException):
    """The product was sold here and is no more; `alternatives` are what stands there instead."""

    status_code = status.HTTP_410_GONE
    default_code = "withdrawn"
    default_detail = _("No seller offers it any more. Orders, warranties and help go on as promised.")

    def __init__(self, alternatives: Any) -> None:
        super().__init__()
        self.alternatives = alternatives


def problem_of(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an error of the API; None for what is a bug, which goes on to be reported."""
    if isinstance(error, DomainError):
        return _problem(context, error.http_status, error.code, str(error.text))
    if isinstance(error, Http404 | PermissionDenied):
        error = NoSuchThingError()
    if not isinstance(error, exceptions.APIException):
        return None
    code = CODES.get(error.default_code, error.default_code)
    more: dict[str, Any] = {}
    detail = ""
    if isinstance(error.detail, dict):
        more["errors"] = list(_errors(error.detail))
        detail = more["errors"][0]["message"]
    else:
        detail = str(error.detail)
    if isinstance(error, WithdrawnError):
        more["alternatives"] = error.alternatives
    response = _problem(context, error.status_code, code, detail, **more)
    wait = getattr(error, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(max(1, math.ceil(wait)))
    return response


def _problem(context: dict[str, Any], http_status: int, code: str, detail: str, **more: Any) -> Response:
    body = {
        "type": f"{public_url(reverse('api:docs'))}#problem-{code}",
        "title": str(TITLES.get(code, detail)),
        "status": http_status,
        "detail": detail,
        "code": code,
        "request_id": getattr(context["request"], "id", ""),
        **more,
    }
    return Response(body, status=http_status, content_type=CONTENT_TYPE)


def _errors(details: dict[str, Any]) -> Iterator[dict[str, str]]:
    for parameter, found in details.items():
        for error in _flat(found):
            yield {"parameter": parameter, "code": str(getattr(error, "code", "invalid")), "message": str(error)}


def _flat(found: Any) -> Iterator[Any]:
    """A list's errors come nested by the place of the value."""
    if isinstance(found, dict):
        for inner in found.values():
            yield from _flat(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _flat(inner)
    else:
        yield found
