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

MAX_ERRORS = 50
CONTENT_TYPE = "application/problem+json"
CODES = {"throttled": "too_many_requests", "parse_error": "invalid_json"}
TITLES = {
    "invalid_parameters": _("A parameter is wrong"),
    "not_found": _("There is no such thing"),
    "invalid_json": _("The body is no JSON"),
    "invalid_body": _("Something in the body is wrong"),
    "too_large": _("The body is too large"),
    "unsupported_media_type": _("Send JSON"),
    "credentials_missing": _("A key is missing"),
    "idempotency_key_missing": _("The Idempotency-Key is missing"),
    "idempotency_key_invalid": _("The Idempotency-Key is wrong"),
    "idempotency_key_reused": _("The Idempotency-Key was used for something else"),
    "idempotency_key_in_flight": _("A request with this Idempotency-Key is under way"),
    "withdrawn": _("This product has left the shop"),
    "method_not_allowed": _("This address does not do that"),
    "not_acceptable": _("This address answers JSON"),
    "too_many_requests": _("Too many requests"),
}


class InvalidParametersError(exceptions.APIException):
    """The address asks for what cannot be; `detail` holds what is wrong, a list a parameter."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "invalid_parameters"

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(detail=errors)


class InvalidBodyError(exceptions.APIException):
    """What was sent is wrong; `detail` holds what, nested like the body."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "invalid_body"

    def __init__(self, errors: Any) -> None:
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
        return refusal_of(error, context)
    if isinstance(error, Http404 | PermissionDenied):
        error = NoSuchThingError()
    if not isinstance(error, exceptions.APIException):
        return None
    code = CODES.get(error.default_code, error.default_code)
    more = _more(error)
    detail = more["errors"][0]["message"] if "errors" in more else str(error.detail)
    response = problem(context, error.status_code, code, detail, **more)
    wait = getattr(error, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(max(1, math.ceil(wait)))
    for name, value in getattr(error, "headers", {}).items():
        response[name] = value
    return response


def _more(error: exceptions.APIException) -> dict[str, Any]:
    """Return what a problem says beside what all of them say."""
    if isinstance(error, InvalidBodyError):
        return {"errors": list(body_errors(error.detail))[:MAX_ERRORS]}
    if isinstance(error.detail, dict):
        return {"errors": list(_errors(error.detail))}
    return {"alternatives": error.alternatives} if isinstance(error, WithdrawnError) else {}


def refusal_of(error: DomainError, context: dict[str, Any], **more: Any) -> Response:
    """Answer a refusal of the domain; the view's `pointers` say which field of the body it is about."""
    pointer = getattr(context.get("view"), "pointers", {}).get(error.code)
    if pointer:
        more["errors"] = [{"pointer": pointer, "code": error.code, "message": str(error.text)}]
    return problem(context, error.http_status, error.code, str(error.text), **more)


def problem(context: dict[str, Any], http_status: int, code: str, detail: str, **more: Any) -> Response:
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


def body_errors(found: Any, pointer: str = "#") -> Iterator[dict[str, str]]:
    """Yield what is wrong in a body, each with the place of the field (RFC 6901)."""
    if isinstance(found, dict):
        for name, inner in found.items():
            step = "" if name == "non_field_errors" else f"/{str(name)[:80].replace('~', '~0').replace('/', '~1')}"
            yield from body_errors(inner, f"{pointer}{step}")
    elif isinstance(found, list):
        for place, inner in enumerate(found):
            yield from body_errors(inner, pointer if isinstance(inner, str) else f"{pointer}/{place}")
    else:
        yield {"pointer": pointer, "code": str(getattr(found, "code", "invalid")), "message": str(found)}


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
