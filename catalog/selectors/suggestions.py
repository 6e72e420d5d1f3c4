"""
What is shown under the search field while somebody types: searches, devices, categories and brands.

At most two queries once the process knows the catalogue: one for the prices of the few devices shown, and now and
then one of those that keep what is known fresh.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice

from django.db import connection
from django.db.models import Exists, OuterRef
from django.urls import reverse

from backmarket.core.money import Money
from backmarket.markets.registry import Market, translated
from catalog.enums import ProductState
from catalog.models import Brand, Category, Offer, ProductModel
from catalog.models.product import full_name
from catalog.search.completions import completions, continues
from catalog.search.kept import Kept
from catalog.search.lexicon import word_lists
from catalog.search.prefixes import NamedProduct, PrefixIndex, Typed
from catalog.search.text import tokens
from catalog.search.vocabulary import vocabulary

from .searches import popular_searches

MAX_SEARCHES, MAX_PRODUCTS, MAX_PLACES = 4, 5, 3
MAX_POPULAR_SHOWN, MAX_CATEGORIES_SHOWN = 6, 6
LOOKED_AT = 30
MIN_SYNONYM = 4
INDEX_S, ON_SALE_S, POPULAR_S = 300, 60, 300
NAMES = """
SELECT id, name, category_id, search_text, tsvector_to_array(ts_filter(search_vector, '{a}'))
FROM catalog_productmodel
WHERE state = 'active' AND search_vector IS NOT NULL
ORDER BY popularity DESC, id
"""
# One step down the index of a market's prices for each device.
CHEAPEST = """
SELECT product.name, brand.name, product.slug, product.family, sku.colour_hex, offer.price_minor, offer.currency
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted(id, place)
JOIN catalog_productmodel product ON product.id = wanted.id AND product.state = 'active'
JOIN catalog_brand brand ON brand.id = product.brand_id
CROSS JOIN LATERAL (
    SELECT sku_id, price_minor, currency FROM catalog_offer
    WHERE market = %(market)s AND product_id = product.id AND in_stock
    ORDER BY price_minor, id LIMIT 1
) offer
JOIN catalog_sku sku ON sku.id = offer.sku_id
ORDER BY wanted.place
"""


@dataclass(frozen=True, slots=True)
class SearchHint:
    """A search to go on with; `is_popular` where others searched it."""

    text: str
    is_popular: bool


@dataclass(frozen=True, slots=True)
class ProductHint:
    """A device on sale with its lowest price in the market, drawn in the colour that costs it."""

    name: str
    url: str
    family: str
    colour_hex: str
    price: Money


@dataclass(frozen=True, slots=True)
class PlaceHint:
    """A category or a brand; `family` is the category's drawing."""

    name: str
    url: str
    family: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`words` are what was understood, to be marked in what is shown."""

    searches: Sequence[SearchHint] = ()
    products: Sequence[ProductHint] = ()
    places: Sequence[PlaceHint] = ()
    words: Sequence[str] = ()

    @property
    def count(self) -> int:
        return len(self.searches) + len(self.products) + len(self.places)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    index: PrefixIndex
    categories: dict[int, Category]
    brands: Sequence[Brand]


@dataclass(frozen=True, slots=True)
class _OnSale:
    """Ids of what a market's shoppers can buy now; categories with those above them."""

    products: frozenset[int]
    brands: frozenset[int]
    categories: frozenset[int]


def suggestions(*, text: str, market: Market, locale: str, today: date) -> Suggestions:
    """Return what somebody who typed this may mean; for nothing typed, what others search and where to begin."""
    language = locale.split("-")[0]
    read_popular = partial(popular_searches, market=market.code, language=language, today=today)
    on_sale = _ON_SALE.get(market.code, partial(_read_on_sale, market.code))
    popular = _POPULAR.get((market.code, language), read_popular)
    if not text:
        return Suggestions(
            searches=[SearchHint(text, is_popular=True) for text in popular[:MAX_POPULAR_SHOWN]],
            places=_top_places(on_sale, locale),
        )
    catalogue = _catalogue()
    words = tokens(text)
    categories = _categories(catalogue, words, on_sale, locale)
    readings = catalogue.index.readings(text, vocabulary(), language)
    if categories:
        # Words that name a category are not mended into some device's.
        readings = [reading for reading in readings if set(words).issuperset(reading.all_words)]
    found = _found(catalogue.index, readings, on_sale) or _wanted_in(catalogue, categories, on_sale)
    places = [*map(partial(_category_hint, locale=locale), categories), *_brands(catalogue, words, on_sale)]
    return Suggestions(
        searches=_searches(" ".join(words), popular, readings, completions(text, readings, found, catalogue.index)),
        products=_products(found[:MAX_PRODUCTS], market.code),
        places=places[:MAX_PLACES],
        words=tuple(dict.fromkeys([*words, *(word for reading in readings for word in reading.all_words)])),
    )


# What the process keeps

_CATALOGUE: Kept[_Catalogue] = Kept(INDEX_S)
_ON_SALE: Kept[_OnSale] = Kept(ON_SALE_S)
_POPULAR: Kept[list[str]] = Kept(POPULAR_S)


def forget_suggestions() -> None:
    """Let this process read everything anew."""
    for kept in (_CATALOGUE, _ON_SALE, _POPULAR):
        kept.forget()


def _catalogue() -> _Catalogue:
    return _CATALOGUE.get("", _read_catalogue)


def _read_catalogue() -> _Catalogue:
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        products = [
            NamedProduct(pk, name, category_id, frozenset(own), frozenset([*text.split(), *own]))
            for pk, name, category_id, text, own in cursor.fetchall()
        ]
    categories = {category.pk: category for category in Category.objects.all()}
    return _Catalogue(PrefixIndex(products), categories, list(Brand.objects.all()))


def _read_on_sale(market: str) -> _OnSale:
    offered = Exists(Offer.objects.filter(market=market, product=OuterRef("pk"), in_stock=True))
    rows = ProductModel.objects.filter(offered, state=ProductState.ACTIVE).order_by()
    products, brands, categories = set(), set(), set()
    for pk, brand_id, category_id in rows.values_list("pk", "brand_id", "category_id"):
        products.add(pk)
        brands.add(brand_id)
        categories.add(category_id)
    known = _catalogue().categories
    paths = [_path(category_id, known) for category_id in categories]
    return _OnSale(frozenset(products), frozenset(brands), frozenset().union(*paths))


# Searches and devices


def _found(index: PrefixIndex, readings: Iterable[Typed], on_sale: _OnSale) -> list[NamedProduct]:
    found = [product for reading in readings for product in index.find(reading, on_sale.products, LOOKED_AT)]
    return list({product.pk: product for product in found}.values())


def _searches(
    typed: str, popular: Sequence[str], readings: Sequence[Typed], completed: Sequence[str]
) -> list[SearchHint]:
    """Return what others searched that goes on like this, then how this may go on."""
    liked = [text for text in popular if text != typed and any(continues(text, reading) for reading in readings)]
    hints = {text: SearchHint(text, is_popular=True) for text in liked[: MAX_SEARCHES - 1]}
    for text in completed:
        hints.setdefault(text, SearchHint(text, is_popular=False))
    return list(hints.values())[:MAX_SEARCHES]


def _wanted_in(catalogue: _Catalogue, categories: Sequence[Category], on_sale: _OnSale) -> list[NamedProduct]:
    """Return the most wanted devices of the categories that were named."""
    named = {category.pk for category in categories}
    below = {pk for pk in catalogue.categories if named & _path(pk, catalogue.categories)}
    wanted = (
        product
        for product in catalogue.index.products
        if product.category_id in below and product.pk in on_sale.products
    )
    return list(islice(wanted, MAX_PRODUCTS))


def _products(found: Sequence[NamedProduct], market: str) -> list[ProductHint]:
    """Return devices with their lowest price, without those that have just been sold; one query."""
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CHEAPEST, {"ids": [product.pk for product in found], "market": market})
        return [
            ProductHint(
                name=full_name(name, brand),
                url=reverse("catalog:product", args=[slug]),
                family=family,
                colour_hex=colour_hex,
                price=Money(price_minor, currency),
            )
            for name, brand, slug, family, colour_hex, price_minor, currency in cursor.fetchall()
        ]


# Categories and brands


def _path(category_id: int, categories: dict[int, Category]) -> set[int]:
    """Return a category with those above it."""
    found: set[int] = set()
    current = categories.get(category_id)
    while current is not None:
        found.add(current.pk)
        current = categories.get(current.parent_id or 0)
    return found


def _categories(catalogue: _Catalogue, words: Sequence[str], on_sale: _OnSale, locale: str) -> list[Category]:
    return [
        category
        for category in catalogue.categories.values()
        if category.pk in on_sale.categories and _is_named(words, category, locale)
    ]


def _is_named(words: Sequence[str], category: Category, locale: str) -> bool:
    """Say whether the words begin a category's name, or are words for it in any language."""
    synonyms = word_lists()["categories"].get(category.key, "").split()
    is_synonym = len(words) == 1 and len(words[0]) >= MIN_SYNONYM and any(w.startswith(words[0]) for w in synonyms)
    return is_synonym or _begins(words, translated(category.names, locale))


def _begins(words: Sequence[str], label: str) -> bool:
    """Say whether each word begins one of the label's."""
    known = tokens(label)
    return bool(words) and all(any(other.startswith(word) for other in known) for word in words)


def _brands(catalogue: _Catalogue, words: Sequence[str], on_sale: _OnSale) -> list[PlaceHint]:
    named = [brand for brand in catalogue.brands if brand.pk in on_sale.brands and _begins(words, brand.name)]
    return [PlaceHint(brand.name, brand.get_absolute_url()) for brand in named]


def _category_hint(category: Category, locale: str) -> PlaceHint:
    return PlaceHint(translated(category.names, locale), category.get_absolute_url(), category.family)


def _top_places(on_sale: _OnSale, locale: str) -> list[PlaceHint]:
    tops = (category for category in _catalogue().categories.values() if category.parent_id is None)
    shown = (category for category in tops if category.pk in on_sale.categories)
    return [_category_hint(category, locale) for category in islice(shown, MAX_CATEGORIES_SHOWN)]
