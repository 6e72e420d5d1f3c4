"""Draw a piece of a buying guide."""

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backmarket.core.templatetags.ui import grade_label
from catalog.enums import GRADE_ORDER
from catalog.rules.guides import Piece

register = template.Library()
NAMES = {"c": "catalog:category", "b": "catalog:brand", "p": "catalog:product"}


@register.filter
def guide_piece(piece: Piece) -> str | SafeString:
    """Write a piece with its link or its stress; a link that leads nowhere is plain text."""
    if piece.is_strong:
        return format_html("<b>{}</b>", piece.text)
    url = _address(piece.target)
    text = grade_label(piece.text) if piece.target == "grade" and piece.text in GRADE_ORDER else piece.text
    return format_html('<a class="link" href="{}">{}</a>', url, text) if url else text


def _address(target: str) -> str:
    kind, _colon, key = target.partition(":")
    if kind == "grade":
        return f"{reverse('catalog:home')}#grades"
    if kind == "deals":
        return reverse("catalog:deals")
    try:
        return reverse(NAMES[kind], args=[key]) if kind in NAMES else ""
    except NoReverseMatch:
        return ""
