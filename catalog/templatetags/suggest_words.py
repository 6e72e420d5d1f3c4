"""Mark in a suggestion what was typed."""

import re
from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.search.text import folded

register = template.Library()
WORD = re.compile(r"[^\W_]+")


@register.filter
def marked(label: str, words: Sequence[str]) -> SafeString:
    """Mark the beginnings of a label's words that were typed, whatever their case and accents."""
    return format_html_join("", "{}", ((piece,) for piece in _pieces(label, words)))


def _pieces(label: str, words: Sequence[str]) -> list[str]:
    pieces: list[str] = []
    end = 0
    for found in WORD.finditer(label):
        if length := _typed_length(found[0], words):
            pieces += [label[end : found.start()], format_html("<mark>{}</mark>", found[0][:length])]
            end = found.start() + length
    return [*pieces, label[end:]]


def _typed_length(word: str, words: Sequence[str]) -> int:
    plain = folded(word)
    if len(plain) != len(word):
        # Letters that fold into several ("ß") leave no place to cut at.
        return len(word) if plain in words else 0
    return max((len(typed) for typed in words if typed and plain.startswith(typed)), default=0)
