"""A search that names one page of the shop: search engines keep that page instead of its results."""

from django.http import HttpRequest
from django.urls import reverse

from catalog.search.query import SearchResult
from catalog.search.text import normalised, stemmed
from catalog.selectors.pages.cards import ProductCard

from .params import NARROWING


def twin_of(request: HttpRequest, result: SearchResult, cards: list[ProductCard]) -> str:
    """Return the path of the category, brand or product that a search names and nothing else; "" for every other."""
    if request.GET.get("page") or result.is_partial or result.ignored or any(map(request.GET.get, NARROWING)):
        return ""
    asked = result.request
    if not asked.words and not asked.prefix:
        values = [group[0] for group in asked.recognised if len(group) == 1]
        has_limit = asked.price_from_minor is not None or asked.price_to_minor is not None
        kind, _colon, key = values[0].partition(":") if len(asked.recognised) == len(values) == 1 else ("", "", "")
        if has_limit or kind not in ("category", "brand"):
            return ""
        return reverse(f"catalog:{kind}", args=[key])
    typed = stemmed(normalised(request.GET.get("q", "")))
    named = next((card for card in cards[:1] if stemmed(normalised(card.name)).endswith(typed)), None)
    return reverse("catalog:product", args=[named.slug]) if named else ""
