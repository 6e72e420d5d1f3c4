"""What was understood, in words for people, each with the search as it would be without it."""

from dataclasses import dataclass

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS, translated
from catalog.enums import Grade
from catalog.rules.attributes import size_text

from .reading import Part, Reading
from .vocabulary import Vocabulary

SHORT = 4


@dataclass(frozen=True, slots=True)
class SearchChip:
    """Something understood: `kind` is that of its part; `without` the search less it."""

    kind: str
    label: str
    without: str


def chips_of(reading: Reading, known: Vocabulary, *, dropped: frozenset[str], market: str) -> tuple[SearchChip, ...]:
    """Name every part that filters."""
    parts = [part for part in reading.parts if part.kind != "word" and part.kind not in dropped]
    return tuple(SearchChip(part.kind, _label(part, known, market), reading.without(part)) for part in parts)


def _label(part: Part, known: Vocabulary, market: str) -> str:
    if part.kind == "price":
        return _price(part, market)
    if part.kind in ("storage", "memory", "size"):
        text = size_text(int(part.text.split()[0].removesuffix("gb")))
        return _("%(size)s memory") % {"size": text} if part.kind == "memory" else text
    return _facet(part, known)


def _facet(part: Part, known: Vocabulary) -> str:
    value = part.facets[0].partition(":")[2] if part.facets else ""
    if part.kind == "brand":
        return known.brand_names.get(value, value)
    if part.kind == "category" and len(part.facets) == 1:
        return translated(known.category_names[value], get_language() or "en")
    if part.kind == "grade":
        return str(Grade(value).label)
    if part.kind == "screen":
        return f"{part.text.removesuffix('in')}″"
    return part.text.upper() if len(part.text) < SHORT else part.text.capitalize()


def _price(part: Part, market: str) -> str:
    currency = MARKETS[market].currency
    low, high = (
        Money(minor, currency).format(whole=minor % 100 == 0) if minor is not None else ""
        for minor in (part.price_from_minor, part.price_to_minor)
    )
    if low and high:
        return pgettext("price", "%(low)s to %(high)s") % {"low": low, "high": high}
    return _("up to %(price)s") % {"price": high} if high else _("from %(price)s") % {"price": low}
