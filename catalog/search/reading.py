"""A search as it was read: its parts, what they mean, and what is left of it without one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Facets of which a device has one value: naming two of them means either.
EITHER = {
    "storage": "storage",
    "memory": "memory",
    "size": "size",
    "colour": "colour",
    "finish": "colour",
    "brand": "brand",
    "grade": "grade",
    "screen": "screen",
    "lock": "lock",
}
MAX_HINTS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """
    A piece of a search.

    `kind` is word, brand, category, storage, memory, size (storage or memory), colour, finish, grade, screen, lock,
    feature, price, need or order; `text` its normal form, which reads as the same part again; `facets` the facet
    values of which an offer needs one; `hint` the word of a need, or what an order goes by. Limits of prices are minor
    units.
    """

    kind: str
    text: str
    facets: tuple[str, ...] = ()
    price_from_minor: int | None = None
    price_to_minor: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Facet values of which an offer needs one, and the parts that named them."""

    facets: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def kind(self) -> str:
        return self.parts[0].kind


@dataclass(slots=True)
class Reading:
    """
    `prefix` is the last word when it is only begun; `ignored` are words without a meaning here.

    `is_corrected` says that spelling was mended.
    """

    parts: list[Part] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    prefix: str = ""
    is_corrected: bool = False

    @property
    def words(self) -> list[str]:
        """The words to find: what did not become a filter."""
        found = [word for part in self.parts if part.kind == "word" for word in part.text.split()]
        return [word for word in dict.fromkeys(found) if word != self.prefix]

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    @property
    def grouped(self) -> tuple[Group, ...]:
        """The parts that filter, those of one facet together."""
        groups: dict[object, list[Part]] = {}
        for number, part in enumerate(self.parts):
            if part.facets:
                groups.setdefault(EITHER.get(part.kind, number), []).append(part)
        return tuple(
            Group(tuple(sorted({value for part in parts for value in part.facets})), tuple(parts))
            for parts in groups.values()
        )

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        return tuple(group.facets for group in self.grouped)

    @property
    def hints(self) -> tuple[str, ...]:
        """The words of needs: what comes first."""
        return tuple(dict.fromkeys(part.hint for part in self.parts if part.hint and part.kind != "order"))[:MAX_HINTS]

    @property
    def prefers(self) -> str:
        return next((part.hint for part in self.parts if part.kind == "order"), "")

    @property
    def price_from_minor(self) -> int | None:
        limits = [part.price_from_minor for part in self.parts if part.price_from_minor is not None]
        return max(limits, default=None)

    @property
    def price_to_minor(self) -> int | None:
        limits = [part.price_to_minor for part in self.parts if part.price_to_minor is not None]
        return min(limits, default=None)

    def without(self, part: Part) -> str:
        """Return the search with one part taken away."""
        return " ".join(other.text for other in self.parts if other is not part)


def is_compatible(one: Part, other: Part, above: Mapping[str, frozenset[str]]) -> bool:
    """Say whether a product can be in a category of each of two parts."""
    return any(
        first in above.get(second, ()) or second in above.get(first, ())
        for first in one.facets
        for second in other.facets
    )
