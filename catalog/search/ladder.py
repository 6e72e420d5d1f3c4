"""
How a search gives way, step by step, until something is found.

Somebody who asks for a blue one under 200 € rather sees a black one, or a dearer one, than nothing: what was named
besides the device is let go of in the order of GIVING_WAY, then any of the words will do, then the brand or kind of
device, then letters alike; at last the brand, and the kinds of device above the one that was named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .reading import Reading
from .requests import Match, SearchRequest

# Kinds of parts, those that matter least first; each step lets go of them together with those before it.
GIVING_WAY = (
    frozenset({"colour", "finish"}),
    frozenset({"screen", "feature", "lock"}),
    frozenset({"grade"}),
    frozenset({"storage", "memory", "size"}),
    frozenset({"price"}),
)
DEVICE = frozenset({"brand", "category"})


@dataclass(frozen=True, slots=True)
class Rung:
    """A way to understand a search: a request, the kinds of parts that it lets go of; `is_near` finds another thing."""

    request: SearchRequest
    dropped: frozenset[str] = frozenset()
    is_near: bool = False

    @property
    def is_partial(self) -> bool:
        return self.is_near or self.request.match != Match.ALL


def rungs(reading: Reading, base: SearchRequest, above: Mapping[str, frozenset[str]]) -> Iterator[Rung]:
    """
    Yield the ways to understand a search, the strictest first.

    `base` holds market, page and wishes of staff, `above` leads from a category to itself and all above it.
    """
    base = replace(
        base,
        words=tuple(reading.words),
        prefix=reading.prefix,
        hints=reading.hints,
        prefers=reading.prefers,
    )
    any_word = replace(base, match=Match.ANY) if len(base.words) + bool(base.prefix) > 1 else None
    for dropped in _droppings(reading):
        yield _rung(reading, base, dropped)
    side = frozenset[str]().union(*GIVING_WAY)
    if any_word:
        yield _rung(reading, any_word, side)
    if any(part.kind in DEVICE for part in reading.parts) and (base.words or base.prefix):
        yield _rung(reading, base, side | DEVICE)
        if any_word:
            yield _rung(reading, any_word, side | DEVICE)
    if letters := (*base.words, *reading.ignored):
        yield Rung(replace(base, words=letters, prefix="", match=Match.ALIKE), side | DEVICE)
    yield from _near(reading, replace(base, words=(), prefix=""), above)


def _near(reading: Reading, base: SearchRequest, above: Mapping[str, frozenset[str]]) -> Iterator[Rung]:
    """Yield what is near a kind of device that is not sold here: other brands of it, then the kinds above it."""
    category = next((part for part in reading.parts if part.kind == "category"), None)
    if category is None:
        return
    side = frozenset({"brand"}).union(*GIVING_WAY)
    if any(part.kind == "brand" for part in reading.parts):
        yield replace(_rung(reading, base, side), is_near=True)
    wider = {value for facet in category.facets for value in above.get(facet, ()) if value not in category.facets}
    if wider:
        yield Rung(replace(base, recognised=(tuple(sorted(wider)),)), side | {"category"}, is_near=True)


def _droppings(reading: Reading) -> Iterator[frozenset[str]]:
    """Yield the kinds to let go of: none, then more and more, but never all that was said."""
    kinds = {part.kind for part in reading.parts}
    dropped: frozenset[str] = frozenset()
    if kinds:
        yield dropped
    for step in GIVING_WAY:
        if step & kinds and kinds - dropped - step:
            dropped |= step
            yield dropped


def _rung(reading: Reading, base: SearchRequest, dropped: frozenset[str]) -> Rung:
    groups = tuple(group.facets for group in reading.grouped if group.kind not in dropped)
    has_price = "price" not in dropped
    request = replace(
        base,
        recognised=groups,
        price_from_minor=reading.price_from_minor if has_price else None,
        price_to_minor=reading.price_to_minor if has_price else None,
    )
    return Rung(request, dropped)
