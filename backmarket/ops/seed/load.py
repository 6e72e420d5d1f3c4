"""Load the whole demo in one transaction, step by step, from one seed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from time import monotonic

from django.db import connection, transaction

from backmarket.ops.seed import (
    catalogue,
    documents,
    gifts,
    money,
    orders,
    parcels,
    people,
    promotions,
    searches,
    sellers,
    talk,
    voices,
)
from backmarket.ops.seed.copying import copy_rows
from catalog.models import ListingMarket, OfferPrice
from catalog.rules.facets import REDUCED
from catalog.rules.price_history import LOOK_BACK
from catalog.services import indexing, offers
from checkout.models import Order
from payments.models import Payment
from payments.sandbox.charges import fee_of
from payments.sandbox.models import Payment as ProviderPayment
from payments.sandbox.models import State

SEED = 20_261_123
KEYS_PER_ELECTION = 5_000

# What elections write when a price falls, for prices whose history was made up after the election.
REDUCE = """
UPDATE catalog_offer offer SET reduced_at = price.from_at, low_before_minor = earlier.price_minor,
    facets = ARRAY(SELECT value FROM unnest(offer.facets || %(reduced)s::text) AS value ORDER BY value COLLATE "C")
FROM catalog_offerprice price JOIN catalog_offerprice earlier USING (market, sku_id, grade)
WHERE price.from_at > %(since)s AND earlier.from_at < price.from_at AND earlier.price_minor > price.price_minor
    AND (offer.market, offer.sku_id, offer.grade) = (price.market, price.sku_id, price.grade)
"""
# One offer in a hundred was sold out and came back within the last days.
RESTOCK = """
UPDATE catalog_offer SET restocked_at = %(now)s - make_interval(hours => (id / 100 %% 200)::int + 1)
WHERE in_stock AND id %% 100 = 0
"""

Say = Callable[[str], None]


@contextmanager
def _step(say: Say, what: str) -> Iterator[None]:
    started = monotonic()
    yield
    say(f"{what} ({monotonic() - started:.1f} s)")


def load(*, now: datetime, say: Say) -> None:
    """Write everything, or nothing; the payment provider's own books follow."""
    random = Random(SEED)
    with transaction.atomic():
        with _step(say, "catalogue"):
            stocked = catalogue.load_catalogue()
            indexing.index_products()
        with _step(say, "sellers and listings"):
            pairs = sellers.load_the_sellers(now)
            sellers.load_listings(stocked, pairs, now=now, random=random)
            _analyse("catalog_listing", "catalog_listingmarket", "catalog_sku")
        with _step(say, "buy boxes"):
            _elect(now)
            _price_history(now, random)
            _offers_news(now)
        the_sellers = [seller for _, seller in pairs]
        with _step(say, "orders"):
            seeded = orders.load_orders(now=now, random=random)
        with _step(say, "parcels"):
            parcels.load_scans(seeded, now=now)
        with _step(say, "money"):
            _tell_provider(money.load_money(seeded, now=now), now)
            Order.objects.bulk_update([entry.order for entry in seeded], ["payment_id", "paid_at"], batch_size=500)
        with _step(say, "invoices"):
            documents.load_documents(seeded, the_sellers, now=now)
        with _step(say, "promotions"):
            promotions.load_promotions(now=now)
        with _step(say, "reviews and tickets"):
            voices.load_reviews_of(seeded, the_sellers, now=now, random=random)
            voices.load_tickets_of(seeded, the_sellers, now=now, random=random)
        with _step(say, "votes, answers and questions"):
            talk.load_talk(now=now, random=random)
        with _step(say, "searches"):
            searches.load_the_searches(now=now, random=Random(SEED))
        with _step(say, "people"):
            people.load_people(the_sellers, seeded, now=now)
        with _step(say, "gift cards"):
            gifts.load_gifts(now=now)
        with _step(say, "purchases"):
            orders.push_purchases()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _analyse(*tables: str) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {table}")


def _elect(now: datetime) -> None:
    keys = list(
        ListingMarket.objects.order_by("listing__sku_id")
        .values_list("market", "listing__sku_id", "listing__grade")
        .distinct()
    )
    for start in range(0, len(keys), KEYS_PER_ELECTION):
        offers.elect(keys[start : start + KEYS_PER_ELECTION], now=now)


def _price_history(now: datetime, random: Random) -> None:
    """Let the offers' prices be some weeks old, and a third of them have come down."""
    prices = list(OfferPrice.objects.all())
    earlier = []
    for price in prices:
        price.from_at = now - timedelta(days=random.uniform(0.5, 45))
        if random.random() < 0.34:
            before = round(price.price_minor * random.uniform(1.03, 1.18) / 100) * 100
            earlier.append(
                OfferPrice(
                    market=price.market,
                    sku_id=price.sku_id,
                    grade=price.grade,
                    price_minor=before,
                    from_at=price.from_at - timedelta(days=random.uniform(8, 60)),
                )
            )
    OfferPrice.objects.all().delete()
    copy_rows(prices + earlier)


def _offers_news(now: datetime) -> None:
    """Say which offers were reduced and which came back, as elections would have."""
    with connection.cursor() as cursor:
        cursor.execute(REDUCE, {"since": now - LOOK_BACK, "reduced": REDUCED})
        cursor.execute(RESTOCK, {"now": now})


def _tell_provider(payments: Sequence[Payment], now: datetime) -> None:
    """Enter the payments into the sandbox provider's own books, so that they can be refunded there."""
    copy_rows(
        [
            ProviderPayment(
                id=payment.provider_ref,
                token=payment.public_id.hex,
                merchant_reference=str(payment.public_id),
                idempotency_key=payment.key,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                fee_minor=fee_of(payment.amount).amount_minor,
                state=State.SUCCEEDED,
                email=payment.email,
                locale=payment.locale,
                card_last4="4242",
                created_at=payment.created_at,
                expires_at=now,
            )
            for payment in payments
        ]
    )
