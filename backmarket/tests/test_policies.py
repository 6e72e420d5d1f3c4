from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from backmarket.core.policies import has_own_gate, policy_of


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def test_every_route_declares_who_may_open_it():
    undeclared = [
        path for path, view in routes(get_resolver().url_patterns) if policy_of(view) is None and not has_own_gate(view)
    ]

    assert undeclared == [], "\n".join(undeclared)
