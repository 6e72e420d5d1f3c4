"""Set a message in the words of whoever gets it; previews and what is sent are the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from backmarket.markets.registry import market_of_locale

from .kinds import Kind
from .rules import plain


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    text: str
    html: str


def render_mail(kind: Kind, context: Mapping[str, Any], *, locale: str, preferences_url: str) -> Mail:
    """Render a mail; its text's first line is the subject. An empty `preferences_url` leaves the choices out."""
    zone = market_of_locale(locale).time_zone
    full = {**context, "shop_url": settings.PUBLIC_URL, "locale": locale, "preferences_url": preferences_url}
    with translation.override(locale), timezone.override(zone):
        subject, _, text = render_to_string(f"mail/{kind.name}.txt", full).lstrip().partition("\n")
        html = render_to_string(f"mail/{kind.name}.html", {**full, "subject": subject})
    return Mail(subject.strip()[:250], text.strip(), html)


def render_text(kind: Kind, context: Mapping[str, Any], *, locale: str) -> str:
    """Render a text message, in the letters that make it short."""
    zone = market_of_locale(locale).time_zone
    with translation.override(locale), timezone.override(zone):
        return plain(" ".join(render_to_string(f"text/{kind.name}.txt", context).split()))[:500]
