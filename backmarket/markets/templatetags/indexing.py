"""The lines of a page's head that search engines read."""

from typing import Any

from django import template
from django.template.context import Context

from backmarket.markets.indexing import public_url, standing_of

register = template.Library()


@register.inclusion_tag("components/standing.html", takes_context=True)
def standing(context: Context) -> dict[str, Any]:
    """Write the canonical address, what robots may keep, and the twins; a view narrows them by `sold_in`."""
    request = context.get("request")
    return {"standing": standing_of(request, context.get("sold_in")) if request is not None else None}


@register.filter
def public(path: str) -> str:
    """Return the full address of a path."""
    return public_url(path)
