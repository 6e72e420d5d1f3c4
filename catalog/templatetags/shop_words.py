"""Days and countries as people of the active language write them."""

from datetime import date

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language, to_locale

from catalog.rules.attributes import size_text

register = template.Library()


def active_locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en-us"))


@register.filter
def short_day(day: date) -> str:
    """Write a day of the near future: "Thu 26 Nov"."""
    return format_skeleton("MMMEd", day, locale=active_locale())


@register.filter
def month_day(day: date) -> str:
    """Write a day of this year without its weekday: "26 Nov"."""
    return format_skeleton("MMMd", day, locale=active_locale())


@register.filter
def country_name(code: str) -> str:
    return str(active_locale().territories.get(code, code))


@register.filter
def kilograms(grams: int) -> str:
    """Write grams as kilograms with at most one decimal."""
    return format_decimal(round(grams / 1000, 1), locale=active_locale())


@register.filter
def size(gigabytes: int) -> str:
    """Write a capacity: 128 GB, 1 TB."""
    return size_text(gigabytes)


@register.filter
def language_name(code: str) -> str:
    """Name a language in the active one: "French"."""
    return str(active_locale().languages.get(code, code))


@register.filter
def is_foreign(code: str) -> bool:
    """Tell whether words in a language are not in the one that the page speaks."""
    return active_locale().language != code
