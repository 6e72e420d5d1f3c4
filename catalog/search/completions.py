"""How a search that is being typed may go on, taken from the names of the devices that it finds."""

from collections import Counter
from collections.abc import Sequence

from .prefixes import NamedProduct, PrefixIndex, Typed
from .text import name_tokens, normalised


def completions(text: str, readings: Sequence[Typed], found: Sequence[NamedProduct], index: PrefixIndex) -> list[str]:
    """
    Return searches that a text may become, without itself.

    First what was mended or written out ("ipone", "ps5"), then what most of the devices found would be called.
    """
    typed = normalised(text)
    mended = [reading.text for reading in readings if reading.begun in index.counts and found]
    counted: Counter[str] = Counter()
    for reading in readings:
        if reading.begun:
            counted.update(filter(None, (_completion(reading, product) for product in found)))
    ordered = [*mended, *(text for text, _count in counted.most_common())]
    return [text for text in dict.fromkeys(ordered) if text != typed]


def _completion(typed: Typed, product: NamedProduct) -> str:
    """Return the typed words with the last one completed from a device's name, or with the name's next word."""
    name = name_tokens(product.name)
    if typed.begun in name:
        following = name[name.index(typed.begun) + 1 :]
        added = [typed.begun, *(word for word in following if word not in typed.words)][:2]
    else:
        begun = (word for word in (*name, *sorted(product.words)) if word.startswith(typed.begun))
        added = [word for word in begun if word not in typed.words][:1]
    return " ".join((*typed.words, *added)) if added else ""


def continues(search: str, typed: Typed) -> bool:
    """Say whether a search has all that was typed, the last word begun."""
    words = search.split()
    left = [word for word in words if word not in typed.words]
    return set(typed.words).issubset(words) and any(word.startswith(typed.begun) for word in left)
