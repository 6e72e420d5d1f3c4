"""
What search engines are told of: everything that can be bought in a market, in files of at most 50,000 addresses.

A file holds a range of 50,000 primary keys. So a page stays in one file for good, a file is found without counting
what stands before it, and no file can grow beyond the protocol's limits: 50,000 addresses of at most 400 bytes
stay far below 50 MB.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, IntegerField, Max, QuerySet
from django.db.models.functions import Cast

from backmarket.markets.registry import MARKETS, Market
from catalog.enums import ProductState
from catalog.models import Category, Offer

from .pages.cards import shown_offers

URLS_A_FILE = 50_000
CHUNK = 2_000
# The kind of page: the column of an offer that says which one, and the name in its address.
COLUMNS = {
    "products": ("product_id", "product__slug"),
    "sellers": ("seller_id", "seller__slug"),
}
CATEGORIES = "categories"
KINDS = (CATEGORIES, *COLUMNS)


@dataclass(frozen=True, slots=True)
class SitemapFile:
    """A file of the index; `changed_at` is when anything that it lists changed last."""

    market: str
    kind: str
    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A page by its name in the address, and when its offers changed last."""

    slug: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """Changes whenever what a file lists changes: additions raise the moment, removals the count."""

    offer_count: int
    changed_at: datetime


def sitemap_files() -> list[SitemapFile]:
    """List the files that have something in them, for all markets; one query a kind."""
    offers = Offer.objects.filter(in_stock=True, product__state=ProductState.ACTIVE, market__in=MARKETS)
    files = [
        SitemapFile(market, CATEGORIES, 1, changed_at)
        for market, changed_at in offers.order_by().values_list("market").annotate(changed=Max("elected_at"))
    ]
    for kind, (key, _slug) in COLUMNS.items():
        # Integer division puts 1 to 50,000 in the first file.
        ranges = offers.order_by().annotate(file=Cast((F(key) - 1) / URLS_A_FILE + 1, IntegerField()))
        rows = ranges.values_list("market", "file").annotate(changed=Max("elected_at"))
        files += [SitemapFile(market, kind, number, changed_at) for market, number, changed_at in rows]
    return sorted(files, key=lambda file: (file.market, KINDS.index(file.kind), file.number))


def version_of(*, market: Market, kind: str, number: int) -> Version | None:
    """Return the version of a file, or None where there is no such file; one query."""
    found = _offers(market, kind, number).aggregate(count=Count("pk"), changed=Max("elected_at"))
    return Version(found["count"], found["changed"]) if found["count"] else None


def entries(*, market: Market, kind: str, number: int) -> Iterator[Entry]:
    """Read a file's pages in the order of their keys, `CHUNK` at a time, so that any number needs little memory."""
    if kind == CATEGORIES:
        yield from _categories(market)
        return
    key, slug = COLUMNS[kind]
    offers = _offers(market, kind, number)
    after = 0
    while True:
        rows = offers.filter(**{f"{key}__gt": after}).order_by(key).values_list(key, slug)
        chunk = list(rows.annotate(changed=Max("elected_at"))[:CHUNK])
        for _key, name, changed_at in chunk:
            yield Entry(name, changed_at)
        if len(chunk) < CHUNK:
            return
        after = chunk[-1][0]


def _offers(market: Market, kind: str, number: int) -> QuerySet[Offer]:
    offers = shown_offers(market.code).order_by()
    if kind == CATEGORIES:
        return offers if number == 1 else offers.none()
    key, _slug = COLUMNS[kind]
    last = number * URLS_A_FILE
    return offers.filter(**{f"{key}__gt": last - URLS_A_FILE, f"{key}__lte": last})


def _categories(market: Market) -> Iterator[Entry]:
    """A category changes with what stands in it and below it."""
    tree = {category.pk: category for category in Category.objects.all()}
    changed: dict[int, datetime] = {}
    offers = shown_offers(market.code).order_by().values_list("product__category_id")
    for category_id, changed_at in offers.annotate(changed=Max("elected_at")):
        above: int | None = category_id
        while above is not None:
            changed[above] = max(changed.get(above, changed_at), changed_at)
            above = tree[above].parent_id
    for category_id in sorted(changed):
        yield Entry(tree[category_id].key, changed[category_id])
