"""
The yardstick of `make bench-scale`: pages rendered from data in memory, through the same middleware.

With `X-Bench: memory` a page's context is taken from its view once and kept; from then on the template alone is
rendered. With `X-Bench: count` the view runs as ever, and the answer says how many queries it made. Only processes
started with BENCH=1 have this.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.safestring import SafeString

View = Callable[..., HttpResponse]
Rendered = tuple[Any, dict[str, Any]]

_seen: ContextVar[list[Rendered] | None] = ContextVar("bench_rendered", default=None)
_render_to_string = loader.render_to_string


def _recording(template_name: Any, context: Any = None, request: Any = None, using: Any = None) -> SafeString:
    seen = _seen.get()
    if seen is not None:
        seen.append((template_name, dict(context or {})))
    return _render_to_string(template_name, context, request, using)


class YardstickMiddleware:
    """The innermost middleware: everything around a view costs the same with and without it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.kept: dict[str, Rendered] = {}
        loader.render_to_string = _recording

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("X-Bench") != "count":
            return self.get_response(request)
        with _counting() as count:
            response = self.get_response(request)
        response["X-Queries"] = str(len(count))
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.headers.get("X-Bench") != "memory":
            return None
        path = request.get_full_path()
        if path not in self.kept:
            self.kept[path] = _captured(view, request, args, kwargs)
        template_name, context = self.kept[path]
        return render(request, template_name, context)


def _captured(view: View, request: HttpRequest, args: Any, kwargs: Any) -> Rendered:
    """Return the template and context of a page; through pickle, so that nothing of it can still read the database."""
    seen: list[Rendered] = []
    token = _seen.set(seen)
    try:
        view(request, *args, **kwargs)
    finally:
        _seen.reset(token)
    template_name, context = seen[0]
    return template_name, pickle.loads(pickle.dumps(context))  # noqa: S301 — written a moment ago, by ourselves


@contextmanager
def _counting() -> Iterator[list[str]]:
    statements: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield statements
