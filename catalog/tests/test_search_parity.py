"""Both engines give the same answers: the same random requests over the same random catalogue."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.core.management import call_command

from catalog.enums import Grade
from catalog.models import Listing, ListingMarket, ProductModel
from catalog.rules.facets import OF_PRODUCTS
from catalog.search.elastic.engine import ElasticsearchEngine
from catalog.search.postgres import PostgresEngine
from catalog.search.requests import SORTS, Match, SearchRequest
from catalog.services.indexing import index_products

from .factories import (
    NOW,
    BrandFactory,
    CategoryFactory,
    ProductModelFactory,
    SellerFactory,
    SkuFactory,
    elect_all,
)

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db(transaction=True)]
FINISHES = (("midnight", "#242a33"), ("blue", "#3f6fb5"), ("red", "#c0202a"), ("silver", "#c8c9cb"))
SERIES = (("Apple", "iPhone", "smartphones"), ("Samsung", "Galaxy", "smartphones"), ("Apple", "iPad", "tablets"))
ENDINGS = ("", "Pro", "Pro Max", "mini", "Plus", "(2021)")
ROUNDS = 150


def build(random):
    """Make a catalogue in which every facet has several values, and every market its own offers."""
    parent = CategoryFactory(key="devices")
    sellers: list[Any] = [SellerFactory(country=random.choice(["FR", "DE"])) for _ in range(5)]
    for seller in sellers:
        seller.rating_count, seller.rating_sum = random.choice([(0, 0), (4, 20), (20, 90), (30, 110)])
        seller.save()
    for number in range(26):
        brand, series, category = random.choice(SERIES)
        product = ProductModelFactory(
            name=f"{series} {random.randint(8, 15)} {random.choice(ENDINGS)}".strip(),
            slug=f"product-{number}",
            brand=BrandFactory(name=brand),
            category=CategoryFactory(key=category, parent=parent),
            popularity=random.randint(0, 9),
            launch_year=random.choice([None, 2019, 2020, 2021]),
            launch_month=random.choice([None, 3, 9]),
            co2_saved_g=random.choice([None, 60_000, 79_000]),
            descriptions={"en": random.choice(["A large battery.", "Titanium frame.", "Small, in titanium.", ""])},
            specs=[
                {"key": "screen_in", "value": random.choice([5.4, 6.1, 6.7])},
                {"key": "connectivity", "value": random.choice([["5g", "nfc"], ["nfc"], []])},
            ],
        )
        offer_versions(product, sellers, random)
    elect_all()
    Listing.objects.filter(pk__in=random.sample(list(Listing.objects.values_list("pk", flat=True)), 8)).update(
        quantity=0
    )
    elect_all()
    index_products()


def offer_versions(product, sellers, random):
    for storage in random.sample([64, 128, 256, 1000, 1024], random.randint(1, 3)):
        finish, colour_hex = random.choice(FINISHES)
        sku: Any = SkuFactory(
            product=product,
            storage_gb=storage,
            memory_gb=random.choice([None, 4, 8]),
            colour=finish,
            colour_hex=colour_hex,
            colour_names={"en": finish},
            new_price_minor=random.choice([None, 50_000, 90_000]),
            attributes={"carrier_lock": random.choice(["unlocked", "locked"])},
        )
        for grade in random.sample(list(Grade.values), random.randint(1, 3)):
            listing = Listing.objects.create(
                seller=random.choice(sellers), sku=sku, grade=grade, quantity=3, seller_sku=f"{sku.pk}-{grade}",
                created_at=NOW, handling_hours=random.choice([24, 72]),
            )  # fmt: skip
            for market, currency in (("FR", "EUR"), ("DE", "EUR"), ("GB", "GBP")):
                if random.random() < 0.7:
                    price = random.randint(90, 900) * 100
                    ListingMarket.objects.create(listing=listing, market=market, price_minor=price, currency=currency)


def values_of(random, facets, facet, count):
    found = sorted(value for value in facets if value.startswith(f"{facet}:"))
    return tuple(value.partition(":")[2] for value in random.sample(found, min(count, len(found))))


def worded(request, random):
    words = tuple(random.sample(["iphone", "ipad", "galaxy", "12", "13", "pro", "max", "apple", "smartphones"],
                                random.randint(1, 3)))  # fmt: skip
    request = replace(request, words=words, match=random.choice([Match.ALL, Match.ALL, Match.ANY]))
    if random.random() < 0.3:
        request = replace(request, prefix=random.choice(["ip", "gal", "p", "m"]))
    return request


def wishing(request, random):
    """Let staff pin, raise, lower and bury a few products."""
    ids = random.sample(list(ProductModel.objects.values_list("pk", flat=True)), 6)
    return replace(request, pinned=tuple(ids[:2]), raised=((ids[2], 40), (ids[3], -3)), buried=tuple(ids[4:]))


def priced(request, random):
    if random.random() >= 0.35:
        return request
    low = random.choice([None, 20_000, 35_000])
    return replace(request, price_from_minor=low, price_to_minor=random.choice([None, 60_000, 45_000]))


def needing(request, random):
    """Ask for needs, and for an order among equals."""
    hints = tuple(random.sample(["=small", "=large", "+titanium", "=battery"], random.randint(1, 2)))
    return replace(request, hints=hints, prefers=random.choice(["", "price", "new"]))


def random_request(random, facets):
    """Make a request of any kind: words, read values, choices of several facets, prices, sorts, pages."""
    request = SearchRequest(market=random.choice(["FR", "DE", "GB", "IT"]), page_size=random.choice([3, 24]))
    if random.random() < 0.5:
        base = random.choice(["category", "seller", "brand", "model"])
        request = replace(request, required=tuple(f"{base}:{value}" for value in values_of(random, facets, base, 1)))
    if random.random() < 0.4:
        facet = random.choice(["storage", "finish", "brand", "memory"])
        read = tuple(f"{facet}:{value}" for value in values_of(random, facets, facet, 2))
        request = replace(request, recognised=(read, ("finish:midnight", "colour:black", "grade:good")))
    chosen = {}
    for facet in random.sample(["brand", "model", "storage", "grade", "colour", "screen", "days", "rating", "lock",
                                "feature", "memory"], random.choice([0, 0, 1, 2, 3])):  # fmt: skip
        chosen[facet] = values_of(random, facets, facet, random.randint(1, 2)) or ("none",)
    request = priced(request, random)
    if random.random() < 0.5:
        request = worded(request, random)
    if random.random() < 0.3:
        request = wishing(request, random)
    if random.random() < 0.4:
        request = needing(request, random)
    return replace(request, chosen=chosen, sort=random.choice(SORTS), page=random.choice([1, 1, 2, 40]))


def counts_all_offers(request):
    """Tell whether a request is for all offers of the products that it finds."""
    asked = [value for group in (request.required, *request.recognised) for value in group]
    facets = {value.partition(":")[0] for value in asked} | set(request.chosen)
    return facets <= OF_PRODUCTS and request.price_from_minor is None and request.price_to_minor is None


def test_both_engines_find_and_count_the_same(elastic, settings):
    settings.ELASTICSEARCH_PATIENCE_S = 20
    random = Random(20_261_126)
    build(random)
    call_command("reindex")
    first, second = ElasticsearchEngine(), PostgresEngine()
    facets = set()
    for market in ("FR", "DE", "GB"):
        facets |= set(second.find(SearchRequest(market=market)).counts)

    differing, found = [], 0
    for _ in range(ROUNDS):
        request = random_request(random, facets)
        ours, theirs = first.find(request), second.find(request)
        found += bool(theirs.total)
        if request.sort == "best" and (request.match != Match.ALL or not counts_all_offers(request)):
            # Scores of parts of the words, and the weight of many offers where only some are asked for, differ a bit.
            ours, theirs = replace(ours, product_ids=()), replace(theirs, product_ids=())
        if ours != theirs:
            differing.append((request, ours, theirs))

    assert differing == []
    assert found > ROUNDS / 3
    assert ProductModel.objects.count() == 26
