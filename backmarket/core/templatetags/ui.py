"""
The parts every page is made of: device drawings, icons, money, grades, fields, pages.

Nothing here emits a style attribute or a script (strict content security
policy): colours travel as svg attributes, everything else as classes.
"""

import colorsys
import re
from collections.abc import Hashable
from decimal import Decimal
from functools import lru_cache
from threading import Lock
from typing import Any

from babel import Locale
from babel.numbers import format_percent
from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.context import Context
from django.template.defaultfilters import date as format_date
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.functional import LazyObject
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext, to_locale
from django.utils.translation import gettext as _

from backmarket.core.devices import FAMILIES_BY_KEY, DeviceFamily
from backmarket.core.money import Money

register = template.Library()

KEPT_FRAGMENTS = 4096
KEPT_DRAWINGS = 2048
# These are large: some tens of kilobytes each.
KEPT_VERSIONS = 1024
UNKNOWN_FINISH = "#8d9196"
HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
GRADE_LABELS = {
    "premium": gettext_lazy("Premium"),
    "excellent": gettext_lazy("Excellent"),
    "good": gettext_lazy("Good"),
    "fair": gettext_lazy("Fair"),
}
GRADE_STEPS = {"fair": 1, "good": 2, "excellent": 3, "premium": 4}
# "Mittwoch, 25. November", "miércoles, 25 de noviembre de 2026"; the other languages join as English does.
JOINED_DATES = {
    "de": (("l j", "l, j"), ("D j", "D, j"), ("j F", "j. F"), ("j M", "j. M")),
    "es": (("l j", "l, j"), ("F Y", r"F \d\e Y"), ("j F", r"j \d\e F")),
}
# Django's names of months have capitals where these languages have none.
SMALL_MONTHS = frozenset({"it", "nl"})
ON = mark_safe(' class="on"')
MARKED_GRADES = ("good", "fair")
# Wallpapers of devices.css by the hue of the finish, in twelfths of the circle.
WALLPAPER_BY_HUE = (4, 6, 6, 3, 3, 3, 2, 2, 1, 5, 4, 4)
REDS, PINK = 4, 7


@register.simple_tag
def kept(template_name: str, **things: Hashable) -> SafeString:
    """
    Include a template that reads nothing but these frozen things and the language, rendered once for equal ones.

    What changed is another thing, so nothing has to be forgotten. Without a request it cannot show one visitor what
    was made for another.
    """
    plain = ((name, _plain(thing)) for name, thing in sorted(things.items(), key=lambda thing: thing[0]))
    return _fragment(template_name, get_language(), tuple(plain))


def _plain(thing: Hashable) -> Hashable:
    """Return what a lazy object stands for: the object itself would hold on to the request it came from."""
    if isinstance(thing, LazyObject):
        bool(thing)
        return thing.__dict__["_wrapped"]  # type: ignore[no-any-return]
    return thing


@lru_cache(maxsize=KEPT_FRAGMENTS)
def _fragment(template_name: str, _language: str | None, things: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return mark_safe(get_template(template_name).render(dict(things)))  # noqa: S308 — escaped by the template


@register.simple_tag
def kept_under(version: Hashable, template_name: str, **things: Any) -> SafeString:
    """
    Include a template as `kept` does, for things that are too large to compare: equal versions mean equal things.

    `version` names all that the template reads of the things, but for the language.
    """
    key = (template_name, get_language(), version)
    fragment = _versions.get(key)
    if fragment is None:
        fragment = mark_safe(get_template(template_name).render(things))  # noqa: S308 — escaped by the template
        with _versions_lock:
            if len(_versions) >= KEPT_VERSIONS:
                del _versions[next(iter(_versions))]
            _versions[key] = fragment
    return fragment


_versions: dict[tuple[str, str | None, Hashable], SafeString] = {}
_versions_lock = Lock()


@register.simple_tag
@lru_cache(maxsize=KEPT_DRAWINGS, typed=True)
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw an icon of icons.svg; without a label it is decoration and hidden from screen readers."""
    naming = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="i{}" viewBox="0 0 24 24" {}><use href="{}#{}"/></svg>',
        f" {css}" if css else "",
        naming,
        static("icons.svg"),
        name,
    )


@lru_cache(maxsize=1024)
def wallpaper_for(colour: str) -> int:
    """Choose the wallpaper that suits a finish: night on black, sand on white, else by hue."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < 0.18 or lightness < 0.16:
        return 1 if lightness < 0.62 else 6
    wallpaper = WALLPAPER_BY_HUE[int(hue * 12) % 12]
    return PINK if wallpaper == REDS and lightness > 0.6 else wallpaper


def finish(colour: str | None) -> str:
    """Return the colour if it is a full hex colour, else a neutral grey: catalogue data may lack one."""
    return colour if colour and HEX_COLOUR.fullmatch(colour) else UNKNOWN_FINISH


def device_classes(family: DeviceFamily, colour: str, css: str) -> str:
    wallpaper = f"w-{wallpaper_for(colour)}" if family.has_wallpaper else ""
    wide = "dev-wide" if family.is_wide else ""
    return " ".join(part for part in ("dev", wide, wallpaper, css) if part)


PHONE_SCREEN_MARKS = (60, 180, 180, 330)


def device_marks(drawn: DeviceFamily, grade: str, view: str) -> str | SafeString:
    """Draw the marks that a grade allows: dents and scratches on a phone's back, scratches on everything else."""
    sheet = static("devices.svg")
    if drawn.is_phone and view == "back":
        return format_html('<use href="{}#marks-{}"/>', sheet, grade)
    box = PHONE_SCREEN_MARKS if drawn.is_phone else drawn.marks
    if box is None:
        return ""
    return format_html('<use href="{}#scratches-{}" x="{}" y="{}" width="{}" height="{}"/>', sheet, grade, *box)


@register.simple_tag
@lru_cache(maxsize=KEPT_DRAWINGS, typed=True)
def device(
    family: str,
    colour: str | None = "",
    *,
    label: str = "",
    view: str = "back",
    accent: str | None = "",
    grade: str = "",
    css: str = "",
) -> SafeString:
    """
    Draw a device in its real colour.

    `accent` is the second colour (watch band, right-hand grip), `view` is back
    or front, `grade` adds the marks that a grade allows.
    """
    drawn = FAMILIES_BY_KEY.get(family) or FAMILIES_BY_KEY["accessory"]
    body = finish(colour)
    naming = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    sheet = static("devices.svg")
    marks = device_marks(drawn, grade, view) if grade in MARKED_GRADES else ""
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" color="{}" fill="{}" {}><use href="{}#{}"/>{}</svg>',
        device_classes(drawn, body, css),
        drawn.width,
        drawn.height,
        body,
        finish(accent) if accent else body,
        naming,
        sheet,
        drawn.symbol(view),
        marks,
    )


@register.simple_tag
@lru_cache(maxsize=KEPT_DRAWINGS, typed=True)
def swatch(colour: str | None, css: str = "") -> SafeString:
    """Draw a round sample of a finish; its name stands beside it in words."""
    return format_html(
        '<svg class="swatch{}" viewBox="0 0 40 40" color="{}" aria-hidden="true"><use href="{}#swatch"/></svg>',
        f" {css}" if css else "",
        finish(colour),
        static("devices.svg"),
    )


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, pattern: str | None = None) -> str:
    """Write a date as Django's filter of this name does, day and month as the active language joins them."""
    language = (get_language() or "")[:2]
    for found, joined in JOINED_DATES.get(language, ()):
        pattern = pattern.replace(found, joined) if pattern else pattern
    written = str(format_date(value, pattern))
    return written.lower() if language in SMALL_MONTHS else written


@register.filter
def money(amount: Money | None) -> str:
    """Write an amount as people of the active language and market do."""
    return "" if amount is None else amount.format()


@register.filter
def money_short(amount: Money | None) -> str:
    """Write an amount without decimals where it is round."""
    return "" if amount is None else amount.format(whole=True)


@register.filter
def percent(value: float) -> str:
    """Write a percentage to one decimal, its sign where the language puts it: 91.6%, 91,6 %."""
    locale = Locale.parse(to_locale(get_language() or "en-us"))
    pattern = locale.percent_formats[None].pattern.replace("0", "0.0")
    return str(format_percent(Decimal(str(value)) / 100, format=pattern, locale=locale))


@register.simple_tag
def grade_badge(grade: str, show_label: bool = True) -> SafeString:
    """Show a grade as its word and four steps of one hue."""
    label = GRADE_LABELS[grade]
    steps = GRADE_STEPS[grade]
    pips = format_html_join("", "<i{}></i>", ((ON if step < steps else "",) for step in range(len(GRADE_STEPS))))
    return format_html(
        '<span class="grade"><span class="pips g-{}" aria-hidden="true">{}</span><span{}>{}</span></span>',
        grade,
        pips,
        "" if show_label else mark_safe(' class="sr"'),
        label,
    )


@register.filter
def grade_label(grade: str) -> str:
    return str(GRADE_LABELS[grade])


@register.simple_tag
def rating(value: float | None, count: int = 0) -> SafeString:
    """Show stars as one star, the figure, and how many ratings stand behind it."""
    if value is None or not count:
        return format_html('<span class="stars muted">{}</span>', _("No reviews yet"))
    figure = number_format(value, decimal_pos=1)
    reviews = ngettext("%(count)s review", "%(count)s reviews", count) % {
        "count": number_format(count, force_grouping=True)
    }
    spoken = _("%(value)s of 5 stars") % {"value": figure}
    return format_html(
        '<span class="rated"><span class="stars">{}<span aria-hidden="true">{}</span><span class="sr">{}</span></span>'
        ' <span class="muted small">{}</span></span>',
        icon("star"),
        figure,
        spoken,
        reviews,
    )


def field_kind(bound: BoundField) -> str:
    """Tell how a field is laid out: tick (label after the box), set (a fieldset), or line."""
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "set"
    return "tick" if isinstance(widget, CheckboxInput) else "line"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, css: str = "", **attrs: Any) -> dict[str, Any]:
    """
    Lay out a form field: label, input, help, errors, all tied together for screen readers.

    Further keyword arguments become attributes of the input (`autocomplete`,
    `placeholder`, …; an underscore stands for a hyphen).
    """
    kind = field_kind(bound)
    described_by = [f"{bound.auto_id}_help"] if bound.help_text else []
    described_by += [f"{bound.auto_id}_error"] if bound.errors else []
    widget_attrs: dict[str, Any] = {name.replace("_", "-"): value for name, value in attrs.items()}
    if kind == "line":
        own = bound.field.widget.attrs.get("class", "")
        widget_attrs["class"] = f"in {own}".strip()
    if described_by:
        widget_attrs["aria-describedby"] = " ".join(described_by)
    if bound.errors:
        widget_attrs["aria-invalid"] = "true"
    return {"bound": bound, "kind": kind, "css": css, "control": bound.as_widget(attrs=widget_attrs)}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """Sum up what is wrong with a form above it, each line leading to its field."""
    return {"form": form, "fields": [bound for bound in form if bound.errors] if form.errors else []}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any, parameter: str = "page") -> dict[str, Any]:
    """Link the pages of a list and keep the rest of the query; nothing if all fits on one page."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    gap = page.paginator.ELLIPSIS

    def address(number: int) -> str:
        query = context["request"].GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "links": [{"gap": True} if number == gap else {"number": number, "url": address(number)} for number in numbers],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }
