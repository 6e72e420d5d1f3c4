"""What programs that read the shop ask for first: robots.txt and the sitemaps, streamed."""

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import override

from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import public_url
from backmarket.markets.registry import LOCALES, MARKETS
from catalog.selectors import sitemaps
from catalog.selectors.sitemaps import CATEGORIES, KINDS, PAGES, SINGLE_PAGES, Entry, SitemapFile

# What has a name in its address; the other pages are named by their address alone.
NAMED = {
    CATEGORIES: "catalog:category",
    "products": "catalog:product",
    "brands": "catalog:brand",
    "sellers": "catalog:seller",
}
PLACE = "-slug-"
FRESH_S = 600
INDEX_KEY = "catalog:sitemap-index"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
GZIP = 16 + zlib.MAX_WBITS


@policy(PUBLIC)
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap": public_url(reverse("sitemap_index"))}
    return render(request, "catalog/robots.txt", context, content_type="text/plain; charset=utf-8")


@policy(PUBLIC)
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """List every sitemap of every locale; what stands in the index is read once in ten minutes."""
    files: list[SitemapFile] = cache.get_or_set(INDEX_KEY, sitemaps.sitemap_files, FRESH_S) or []
    changed_at = max((file.changed_at for file in files), default=None)
    return _answer(request, _index(files), changed_at, f"{len(files)}")


@policy(PUBLIC)
def sitemap(request: HttpRequest, locale: str, kind: str, number: str) -> HttpResponseBase:
    """Stream one file: its pages in one locale."""
    market = LOCALES.get(locale)
    if market is None or kind not in KINDS:
        raise Http404
    version = sitemaps.version_of(market=market, kind=kind, number=int(number))
    if version is None:
        raise Http404
    found = sitemaps.entries(market=market, kind=kind, number=int(number))
    return _answer(request, _urls(found, locale, kind), version.changed_at, f"{version.offer_count}")


def _index(files: Iterable[SitemapFile]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{NAMESPACE}">\n'
    for file in files:
        for locale in MARKETS[file.market].locales:
            address = public_url(reverse("sitemap", args=[locale, file.kind, file.number]))
            yield f"<sitemap><loc>{escape(address)}</loc><lastmod>{_moment(file.changed_at)}</lastmod></sitemap>\n"
    yield "</sitemapindex>\n"


def _urls(entries: Iterable[Entry], locale: str, kind: str) -> Iterator[str]:
    # Django writes one address, and the other 49,999 differ by the slug, which needs no quoting.
    with override(locale):
        single = {name: escape(public_url(reverse(f"catalog:{name}"))) for name in SINGLE_PAGES}
        before, _, after = ("", "", "") if kind == PAGES else _address_of(kind)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}">\n'
    for entry in entries:
        address = single[entry.slug] if kind == PAGES else f"{before}{entry.slug}{after}"
        yield f"<url><loc>{address}</loc><lastmod>{_moment(entry.changed_at)}</lastmod></url>\n"
    yield "</urlset>\n"


def _address_of(kind: str) -> tuple[str, str, str]:
    return escape(public_url(reverse(NAMED[kind], args=[PLACE]))).partition(PLACE)


def _moment(at: datetime) -> str:
    """Write a moment as the protocol wants it (W3C Datetime)."""
    return at.isoformat(timespec="seconds")


def _answer(request: HttpRequest, lines: Iterable[str], changed_at: datetime | None, version: str) -> HttpResponseBase:
    """Answer 304 to who has this version, else stream it, compressed for who takes that."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    seconds = int(changed_at.timestamp()) if changed_at else None
    exact = f"{changed_at:%Y%m%d%H%M%S%f}" if changed_at else ""
    etag = f'"{exact}-{version}{"-gz" if packed else ""}"'
    unchanged = get_conditional_response(request, etag, seconds)
    response: HttpResponseBase
    if isinstance(unchanged, HttpResponseNotModified):
        response = unchanged
    elif request.method == "HEAD":
        response = HttpResponse(content_type="application/xml; charset=utf-8")
    else:
        body = _packed(lines) if packed else _blocks(lines)
        response = StreamingHttpResponse(body, content_type="application/xml; charset=utf-8")
    if packed and response.status_code == 200:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    if seconds:
        response["Last-Modified"] = http_date(seconds)
    patch_vary_headers(response, ("Accept-Encoding",))
    patch_cache_control(response, public=True, max_age=FRESH_S)
    return response


def _blocks(lines: Iterable[str], lines_a_block: int = 500) -> Iterator[bytes]:
    """Send some lines at once: a write a line would cost more than the line."""
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == lines_a_block:
            yield "".join(block).encode()
            block.clear()
    yield "".join(block).encode()


def _packed(lines: Iterable[str]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for block in _blocks(lines):
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()
