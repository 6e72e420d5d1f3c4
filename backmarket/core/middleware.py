"""Request id for logs, and the one place that turns a domain error into an answer."""

import logging
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from .errors import DomainError

logger = logging.getLogger(__name__)


class RequestIdMiddleware:
    """Give each request an id that is answered in `X-Request-Id`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


class DomainErrorMiddleware:
    """Show a refused move in the shop's own look, or as problem+json to programs (RFC 9457)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        logger.info("refused %s: %s", request.path, error)
        if request.accepts("text/html"):
            context = {"title": error.text, "code": error.code, "status": error.http_status}
            return render(request, "refused.html", context, status=error.http_status)
        body = {"type": "about:blank", "title": str(error.text), "status": error.http_status, "code": error.code}
        return JsonResponse(body, status=error.http_status, content_type="application/problem+json")
