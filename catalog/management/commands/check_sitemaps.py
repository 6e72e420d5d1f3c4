"""Read every sitemap as a crawler does, check it against the protocol, and say how large and how dear they are."""

import resource
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError, XMLPullParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from rich.progress import track

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOST_URLS, MOST_BYTES = 50_000, 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """What one document holds; `places` are its addresses only where they were asked for."""

    url_count: int
    byte_count: int
    places: list[str]


class Command(BaseCommand):
    help = "Read all sitemaps through the application, check them, and print their size, the time and the memory."

    def handle(self, *args: Any, **options: Any) -> None:
        client = Client(SERVER_NAME=urlsplit(settings.PUBLIC_URL).hostname or "localhost")
        started, memory = monotonic(), _peak_kb()
        index = _read(client, "/sitemap.xml", "sitemapindex", keep=True)
        files = [
            _read(client, urlsplit(place).path, "urlset")
            for place in track(index.places, "reading", transient=True, disable=not self.stdout.isatty())
        ]
        seconds = monotonic() - started
        addresses = sum(file.url_count for file in files)
        largest = max(files, key=lambda file: file.byte_count, default=index)
        self.stdout.write(
            f"{addresses:,} addresses in {len(files):,} files, all valid; {seconds:.1f} s"
            f" ({addresses / seconds:,.0f} addresses/s)\n"
            f"largest file: {largest.url_count:,} addresses, {largest.byte_count / 1e6:.1f} MB;"
            f" memory grew by {(_peak_kb() - memory) / 1024:.1f} MB at its peak"
        )


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _read(client: Client, path: str, root: str, *, keep: bool = False) -> Document:
    """
    Read one document piece by piece.

    :raises CommandError: it does not answer, or breaks the protocol
    """
    response: Any = client.get(path, headers={"Accept-Encoding": "identity"})
    if response.status_code != 200:
        raise CommandError(f"{path} answers {response.status_code}")
    parser: XMLPullParser[Any] = XMLPullParser(["end"])
    count = size = 0
    places: list[str] = []
    try:
        for block in response.streaming_content:
            size += len(block)
            parser.feed(block)
            for place in _places(parser, path, root):
                count += 1
                if keep:
                    places.append(place)
        parser.close()
    except ParseError as error:
        raise CommandError(f"{path} is not well-formed: {error}") from error
    if not 0 < count <= MOST_URLS or size > MOST_BYTES:
        raise CommandError(f"{path} holds {count} addresses in {size} bytes")
    return Document(count, size, places)


def _places(parser: "XMLPullParser[Any]", path: str, root: str) -> Iterator[str]:
    entry = {"sitemapindex": "sitemap", "urlset": "url"}[root]
    events: Any = parser.read_events()
    for _event, element in events:
        if element.tag == NAMESPACE + entry:
            place = element.findtext(f"{NAMESPACE}loc") or ""
            if not place.startswith(settings.PUBLIC_URL) or not element.findtext(f"{NAMESPACE}lastmod"):
                raise CommandError(f"{path} lists {place or 'nothing'} against the protocol")
            element.clear()
            yield place
