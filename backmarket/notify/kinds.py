"""
The kinds of messages: each tribe declares its own, and nothing undeclared is sent.

A kind `<name>` has the templates `mail/<name>.txt` (its first line is the subject) and `mail/<name>.html`, and
`text/<name>.txt` if it is a text message too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from .enums import Audience, Category

Sample = Callable[[str], Mapping[str, Any]]
KINDS: "dict[str, Kind]" = {}


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of message.

    `tells` says to staff what it is for. `sample` makes the facts of an example in the words of a locale, for previews
    and tests, without reading or writing anything.
    """

    name: str
    tells: str | Promise
    audience: Audience
    category: Category
    has_text: bool
    sample: Sample

    @property
    def can_be_off(self) -> bool:
        return self.category != Category.ESSENTIAL


def define(
    name: str,
    tells: str | Promise,
    sample: Sample,
    *,
    audience: Audience = Audience.SHOPPER,
    category: Category = Category.ESSENTIAL,
    has_text: bool = False,
) -> Kind:
    """:raises ValueError: the name is taken, or an essential message would go to somebody who can switch it off"""
    if name in KINDS:
        raise ValueError(f"there is a kind of message {name} already")
    kind = Kind(name, tells, audience, category, has_text, sample)
    KINDS[name] = kind
    return kind
