"""What of an address could not be followed, said in words: nothing is left out silently."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.rules.facets import SHOWN
from catalog.search.requests import SORTS, SearchRequest

from .params import MAX_QUERY_CHARS, price_units, raw_text, whole

NAMED = 3
NAMED_CHARS = 30


def notices(params: QueryDict, asked: SearchRequest, page: int | None) -> list[str]:
    """Return one sentence for each thing that was left out, mended or cut; `page` is the one shown, if there is any."""
    found = [
        _long_text(params),
        _prices(params),
        _swapped_prices(params),
        _choices(params, asked),
        _sort(params),
        _page(params, page),
    ]
    return [notice for notice in found if notice]


def _short(text: str) -> str:
    """Quote what somebody sent without letting it flood the page."""
    text = "".join(char if char.isprintable() else "�" for char in text[: NAMED_CHARS + 1])
    return f"{text[:NAMED_CHARS]}…" if len(text) > NAMED_CHARS else text


def _long_text(params: QueryDict) -> str:
    if len(raw_text(params)) <= MAX_QUERY_CHARS:
        return ""
    return _("Your search was long: its first %(count)s characters were looked for.") % {"count": MAX_QUERY_CHARS}


def _prices(params: QueryDict) -> str:
    texts = [params.get(name, "").strip() for name in ("price_min", "price_max")]
    odd = [_short(text) for text in texts if text and price_units(text) is None]
    if not odd:
        return ""
    return ngettext(
        "“%(text)s” is not a price, so it was left out.",
        "“%(text)s” are not prices, so they were left out.",
        len(odd),
    ) % {"text": ", ".join(odd)}


def _swapped_prices(params: QueryDict) -> str:
    low, high = (price_units(params.get(name, "")) for name in ("price_min", "price_max"))
    if not low or not high or low <= high:
        return ""
    return _("The lowest price was above the highest, so they were swapped.")


def _choices(params: QueryDict, asked: SearchRequest) -> str:
    odd = [
        value
        for facet in SHOWN
        if facet != "price"
        for value in dict.fromkeys(params.getlist(facet))
        if value and value not in asked.chosen.get(facet, ())
    ]
    if not odd:
        return ""
    names = ", ".join(_short(value) for value in odd[:NAMED])
    more = len(odd) - NAMED
    if more > 0:
        return ngettext(
            "“%(names)s” and %(count)s more are not filters that we know, so they were left out.",
            "“%(names)s” and %(count)s more are not filters that we know, so they were left out.",
            more,
        ) % {"names": names, "count": more}
    return ngettext(
        "“%(names)s” is not a filter that we know, so it was left out.",
        "“%(names)s” are not filters that we know, so they were left out.",
        len(odd),
    ) % {"names": names}


def _sort(params: QueryDict) -> str:
    sort = params.get("sort", "")
    if not sort or sort in SORTS:
        return ""
    return _("“%(text)s” is not an order that we know, so the usual one is shown.") % {"text": _short(sort)}


def _page(params: QueryDict, page: int | None) -> str:
    text = params.get("page", "")
    number = whole(text)
    if not text or page is None or number == page:
        return ""
    if number is None or number < 1:
        return _("“%(text)s” is not a page, so the first one is shown.") % {"text": _short(text)}
    return _("There is no page %(wanted)s: this is the last one, page %(last)s.") % {"wanted": number, "last": page}
