"""The lines of a page's head that search engines read."""

from typing import Any

from django import template
from django.template.context import Context

from backmarket.markets.indexing import public_url, standing_of

register = template.Library()


@register.inclusion_tag("components/standing.html", takes_context=True)
def standing(context: Context) -> dict[str, Any]:
    """Write the canonical address, what robots may keep and the twins; views say `sold_in` or a `twin`."""
    request = context.get("request")
    if request is None:
        return {"standing": None}
    return {"standing": standing_of(request, context.get("sold_in"), str(context.get("twin", "")))}


@register.filter
def public(path: str) -> str:
    """Return the full address of a path."""
    return public_url(path)
