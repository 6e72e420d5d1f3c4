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
from catalog.models import Brand, Category, Offer, ProductModel, Seller

from .pages.cards import shown_offers

URLS_A_FILE = 50_000
CHUNK = 2_000
# The kind of page: the column of an offer that says which one.
COLUMNS = {"products": "product_id", "brands": "product__brand_id", "sellers": "seller_id"}
# One file each: pages of which a market has one, and its categories.
PAGES, CATEGORIES = "pages", "categories"
KINDS = (PAGES, CATEGORIES, *COLUMNS)
SINGLE_PAGES = ("home", "deals", "brands")


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
        SitemapFile(market, kind, 1, changed_at)
        for kind in (PAGES, CATEGORIES)
        for market, changed_at in offers.order_by().values_list("market").annotate(changed=Max("elected_at"))
    ]
    for kind, key in COLUMNS.items():
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
    if kind in (PAGES, CATEGORIES):
        yield from _categories(market) if kind == CATEGORIES else _single_pages(market)
        return
    key, names = COLUMNS[kind], _names(kind)
    last = number * URLS_A_FILE
    # Products without a join: the two indexes are read from the position on, however far into the table it is.
    offers = Offer.objects.filter(market=market.code, in_stock=True, **{f"{key}__lte": last}).order_by(key)
    after = last - URLS_A_FILE
    while True:
        rows = offers.filter(**{f"{key}__gt": after}).values_list(key)
        chunk = dict(rows.annotate(changed=Max("elected_at"))[:CHUNK])
        slugs: dict[int, str] = dict(names.filter(pk__in=chunk).values_list("pk", "slug"))
        for pk, changed_at in chunk.items():
            if pk in slugs:
                yield Entry(slugs[pk], changed_at)
        if len(chunk) < CHUNK:
            return
        after = max(chunk)


def _names(kind: str) -> QuerySet[ProductModel] | QuerySet[Brand] | QuerySet[Seller]:
    if kind == "products":
        return ProductModel.objects.filter(state=ProductState.ACTIVE)
    return Brand.objects.all() if kind == "brands" else Seller.objects.all()


def _offers(market: Market, kind: str, number: int) -> QuerySet[Offer]:
    offers = shown_offers(market.code).order_by()
    if kind in (PAGES, CATEGORIES):
        return offers if number == 1 else offers.none()
    key = COLUMNS[kind]
    last = number * URLS_A_FILE
    return offers.filter(**{f"{key}__gt": last - URLS_A_FILE, f"{key}__lte": last})


def _single_pages(market: Market) -> Iterator[Entry]:
    """They show all of a market, and change with it."""
    changed_at = shown_offers(market.code).order_by().aggregate(changed=Max("elected_at"))["changed"]
    for name in SINGLE_PAGES:
        yield Entry(name, changed_at)


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
