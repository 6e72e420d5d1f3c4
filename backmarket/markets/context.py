"""The market and the switch to the others, for every template."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from backmarket.core.templatetags.ui import icon

from .registry import LANGUAGE_NAMES, LOCALES

CURRENT = mark_safe(' aria-current="true"')


def locale_links(request: HttpRequest) -> SafeString:
    """
    List every locale with this page's address in it.

    Addresses differ in their locale only, so that none of them has to be resolved. What has no locale stays as it is.
    Written without a template, because every page shows all of them.
    """
    path = request.get_full_path()
    own = f"/{request.LANGUAGE_CODE}/"
    rest = path.removeprefix(own) if path.startswith(own) else None
    return format_html_join(
        "",
        '<li><a href="{}" hreflang="{}"{}>{}{}</a></li>',
        (
            (
                path if rest is None else f"/{locale}/{rest}",
                locale,
                CURRENT if locale == request.LANGUAGE_CODE else "",
                f"{market.name} · {LANGUAGE_NAMES[locale.split('-')[0]]}",
                icon("check") if locale == request.LANGUAGE_CODE else "",
            )
            for locale, market in LOCALES.items()
        ),
    )


def market(request: HttpRequest) -> dict[str, Any]:
    return {
        "market": getattr(request, "market", None),
        "locale_links": SimpleLazyObject(lambda: locale_links(request)),
    }
