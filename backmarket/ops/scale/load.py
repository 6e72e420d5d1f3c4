"""Load the scale catalogue in one transaction, chunk by chunk, with progress."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from time import monotonic

from django.db import connection, transaction

from backmarket.ops.seed.catalogue import Stocked, load_brands, load_products, load_the_categories
from catalog.demo.facts import DemoModel, DemoVariant
from catalog.models import Seller
from catalog.services import indexing
from catalog.services.offers import OfferKey

from . import shop
from .models import scale_models

SEED = 20_261_125
SKUS, LISTINGS, SKUS_PER_PRODUCT = 100_000, 300_000, 25
CHUNK = 100
REVIEWS_PER_LISTING = 0.2
READ_BY_ELECTIONS = (
    "catalog_productmodel",
    "catalog_sku",
    "catalog_seller",
    "catalog_listing",
    "catalog_listingmarket",
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much to load; there are some 25 versions a product, as in the demo."""

    skus: int
    listings: int

    @property
    def products(self) -> int:
        return max(1, self.skus // SKUS_PER_PRODUCT)


def load(size: Size, *, now: datetime, seed: int, say: Say) -> None:
    """Write everything, or nothing."""
    random = Random(seed)
    started = monotonic()
    models = scale_models(products=size.products, skus=size.skus, random=random)
    counts = _shares(size.listings, [model.popularity**1.2 * len(skus) ** 0.7 for model, skus in models])
    with transaction.atomic():
        _allow_long_thought()
        keepers = shop.load_keepers(now=now, random=random)
        lowest: dict[OfferKey, int] = {}
        done = 0
        for stocked in _stocked(models, random):
            chunk = counts[done : done + len(stocked)]
            lowest |= shop.load_listings(stocked, chunk, keepers, now=now, random=random)
            reviews = [round(count * REVIEWS_PER_LISTING) for count in chunk]
            shop.load_reviews_of(stocked, reviews, keepers, now=now, random=random)
            done += len(stocked)
            say(f"{done:,} of {len(models):,} products, {sum(counts[:done]):,} listings{_since(started)}")
        Seller.objects.bulk_update([keeper.seller for keeper in keepers], ["rating_sum", "rating_count"])
        _analyse()
        for elected in shop.elect_all(lowest, now=now, random=random):
            say(f"{elected:,} of {len(lowest):,} buy boxes{_since(started)}")
        say(f"search words of {indexing.index_products():,} products{_since(started)}")
    _tidy()
    say(f"tables tidied{_since(started)}")


def _since(started: float) -> str:
    return f" ({monotonic() - started:.0f} s)"


def _stocked(models: Sequence[tuple[DemoModel, list[DemoVariant]]], random: Random) -> Iterator[list[Stocked]]:
    """Write models with their SKUs and yield them, a chunk at a time."""
    brands = load_brands([model for model, _ in models])
    categories = load_the_categories()
    for start in range(0, len(models), CHUNK):
        chunk = models[start : start + CHUNK]
        yield load_products(chunk, brands, categories, public_id=lambda: shop.public_id(random))


def _shares(total: int, weights: Sequence[float]) -> list[int]:
    """Share out a total by weights, exactly."""
    shares = []
    spent, passed, whole = 0, 0.0, sum(weights)
    for weight in weights:
        passed += weight
        share = round(total * passed / whole) - spent
        shares.append(share)
        spent += share
    return shares


def _allow_long_thought() -> None:
    """Lift this transaction's limit on pauses, which is meant for pages: rows are drawn between statements."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _tidy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _analyse() -> None:
    """Tell the planner that these tables are no longer empty."""
    with connection.cursor() as cursor:
        for table in READ_BY_ELECTIONS:
            cursor.execute(f"ANALYZE {table}")
