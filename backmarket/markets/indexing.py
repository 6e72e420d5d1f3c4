"""
What search engines may keep of a page: its one address, its twins in other markets and languages, or nothing.

A view says so with `@indexed`; a view that says nothing is not for search engines (baskets, accounts, searches).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import urlencode

from .registry import LOCALES, MARKETS, Market

ViewT = TypeVar("ViewT", bound=Callable[..., Any])
NOWHERE = "noindex, follow"
PAGE = "page"


@dataclass(frozen=True, slots=True)
class Indexing:
    """
    How the parameters of a view's address count.

    `narrowing` names parameters that show a selection of the page, which search engines follow and do not keep;
    `paged` pages are each kept. All other parameters (a version of the product, where a visitor came from) are
    left out of the one address.
    """

    narrowing: frozenset[str] = frozenset()
    is_paged: bool = False


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page for another language and market; "x-default" is for everybody else."""

    hreflang: str
    url: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the head of a page says to search engines; `robots` is empty where they may keep it."""

    canonical: str = ""
    robots: str = NOWHERE
    alternates: tuple[Alternate, ...] = ()


def indexed(*, narrowing: Iterable[str] = (), is_paged: bool = False) -> Callable[[ViewT], ViewT]:
    """Let search engines keep the pages of a view."""

    def attach(view: ViewT) -> ViewT:
        view.indexing = Indexing(frozenset(narrowing), is_paged)  # type: ignore[attr-defined]
        return view

    return attach


def public_url(path: str) -> str:
    """Return the one full address of a path, whatever host name it was asked under."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def standing_of(request: HttpRequest, sold_in: Collection[str] | None = None, twin: str = "") -> Standing:
    """
    Say what search engines may keep of the page that answers this request.

    `sold_in` are the markets where the page has something to buy (None: all of them); elsewhere it is not kept
    and nothing points there. `twin` is the path of a page that shows the same and is the one to keep.
    """
    if twin:
        return Standing(public_url(twin), "")
    indexing: Indexing | None = getattr(getattr(request.resolver_match, "func", None), "indexing", None)
    market: Market | None = getattr(request, "market", None)
    if indexing is None or market is None:
        return Standing()
    narrowed = sorted((name, value) for name in indexing.narrowing for value in request.GET.getlist(name) if value)
    page = _page(request) if indexing.is_paged else 1
    query = [*narrowed, *([(PAGE, str(page))] if page > 1 else [])]
    canonical = public_url(request.path) + (f"?{urlencode(query)}" if query else "")
    if narrowed or (sold_in is not None and market.code not in sold_in):
        return Standing(canonical)
    # The second page here is not the second page of another market.
    return Standing(canonical, "", () if page > 1 else alternates(request.path, sold_in))


def _page(request: HttpRequest) -> int:
    text = request.GET.get(PAGE, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 1


def alternates(path: str, sold_in: Collection[str] | None = None) -> tuple[Alternate, ...]:
    """Return a page's addresses in every locale of the markets where it exists, and the one for everybody else."""
    _, _, rest = path.lstrip("/").partition("/")
    locales = [locale for locale, market in LOCALES.items() if sold_in is None or market.code in sold_in]
    found = [Alternate(locale, public_url(f"/{locale}/{rest}")) for locale in locales]
    if not rest:
        # The door chooses by the browser's languages.
        return (*found, Alternate("x-default", public_url("/")))
    default = _default(locales)
    return (*found, Alternate("x-default", public_url(f"/{default}/{rest}"))) if default else ()


def _default(locales: Collection[str]) -> str:
    """Choose for everybody else: English where it is at home, then English anywhere, then any."""
    at_home = [market.default_locale for market in reversed(MARKETS.values()) if market.languages[0] == "en"]
    english = [locale for locale in locales if locale.startswith("en-")]
    return next((locale for locale in (*at_home, *english, *locales) if locale in locales), "")
