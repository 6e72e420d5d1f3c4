"""The market and the switch to the others, for every template."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .registry import LANGUAGE_NAMES, LOCALES


@dataclass(frozen=True, slots=True)
class LocaleChoice:
    """One entry of the market switch; `url` is the same page there."""

    locale: str
    url: str
    label: str
    country: str
    current: bool


def locale_choices(request: HttpRequest) -> list[LocaleChoice]:
    """
    List every locale with this page's address in it.

    Addresses differ in their locale only, so that none of them has to be resolved. What has no locale stays as it is.
    """
    path = request.get_full_path()
    own = f"/{request.LANGUAGE_CODE}/"
    rest = path.removeprefix(own) if path.startswith(own) else None
    return [
        LocaleChoice(
            locale=locale,
            url=path if rest is None else f"/{locale}/{rest}",
            label=f"{market.name} · {LANGUAGE_NAMES[locale.split('-')[0]]}",
            country=market.name,
            current=locale == request.LANGUAGE_CODE,
        )
        for locale, market in LOCALES.items()
    ]


def market(request: HttpRequest) -> dict[str, Any]:
    return {
        "market": getattr(request, "market", None),
        "locale_choices": SimpleLazyObject(lambda: locale_choices(request)),
    }
