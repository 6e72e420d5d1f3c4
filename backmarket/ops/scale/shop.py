"""Sellers, listings, price history, elections and reviews of the scale catalogue, a chunk of products at a time."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from backmarket.markets.registry import LOCALES, MARKETS
from backmarket.ops.seed.catalogue import Stocked
from backmarket.ops.seed.copying import copy_rows
from backmarket.ops.seed.prices import PriceInputs, price_tag_minor, typical_price_minor
from backmarket.ops.seed.sellers import GRADE_WEIGHTS, QUANTITIES, seller_of
from catalog.demo.facts import DemoSeller, load_categories, load_sellers
from catalog.demo.texts import load_people, load_reviews
from catalog.enums import Grade, ReviewState
from catalog.models import Listing, ListingMarket, Offer, OfferPrice, ProductModel, Review, Seller, Sku
from catalog.services.offer_news import note_news
from catalog.services.offers import OfferKey, results_of

from .models import CatalogueTooSmallError

SELLERS = 400
# Kinds of devices that a seller keeps besides its own.
SIDELINES = 2
OTHER_MARKET_CHANCE = 0.22
KEYS_PER_ELECTION = 10_000
# Prices changed within these days, a third of them downwards.
PRICE_AGE_DAYS = 25
REDUCED_SHARE, RAISED_SHARE = 0.34, 0.2
FIRST_WORDS = (
    "Again", "Anew", "Atlas", "Aurora", "Bright", "Circle", "Clever", "Delta", "Encore", "Ever", "Fresh", "Green",
    "Harbour", "Juno", "Kind", "Lagoon", "Lumen", "Meadow", "Nova", "Orchard",
)  # fmt: skip
LAST_WORDS = (
    "Cell", "Devices", "Digital", "Electronics", "Factory", "Gadgets", "Labs", "Loop", "Mobile", "Phones", "Point",
    "Renew", "Retech", "Shop", "Store", "Tech", "Trade", "Works",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keeper:
    """A seller with the kinds of devices that it deals in."""

    seller: Seller
    specialities: frozenset[str]


def public_id(random: Random) -> uuid.UUID:
    """Draw a public id by the seed."""
    return uuid.UUID(int=random.getrandbits(128), version=4)


def load_keepers(*, now: datetime, random: Random) -> list[Keeper]:
    """Write the demo's sellers and as many invented ones as make SELLERS."""
    demo = list(load_sellers())
    names = [f"{first} {last}" for first in FIRST_WORDS for last in LAST_WORDS]
    facts = [*demo, *(_invented(random.choice(demo), name, random) for name in names[: SELLERS - len(demo)])]
    sellers = [seller_of(entry, now) for entry in facts]
    for seller in sellers:
        seller.public_id = public_id(random)
    copy_rows(sellers)
    tops = [category.key for category in load_categories() if category.parent is None]
    return [
        Keeper(seller, frozenset([*entry.specialities, *random.sample(tops, SIDELINES)]))
        for seller, entry in zip(sellers, facts, strict=True)
    ]


def _invented(like: DemoSeller, name: str, random: Random) -> DemoSeller:
    """Return another seller of the same country and trade."""
    return replace(
        like,
        name=name,
        slug=name.lower().replace(" ", "-"),
        legal_name=name,
        legal_form="",
        vat_number="",
        register_number="",
        quality=round(random.uniform(0.72, 0.985), 3),
        history_days=random.randrange(40, 2500),
        handling_hours=random.choice((24, 24, 24, 48, 72)),
    )


def load_listings(
    stocked: Sequence[Stocked], counts: Sequence[int], keepers: Sequence[Keeper], *, now: datetime, random: Random
) -> Mapping[OfferKey, int]:
    """Write `counts` listings of each product; return the lowest price of each market, SKU and grade."""
    drawn = [
        entry
        for product, count in zip(stocked, counts, strict=True)
        for entry in _listings(product, count, _dealers(product, keepers), now=now, random=random)
    ]
    copy_rows([listing for listing, _, _ in drawn])
    tags = [tag for listing, sku, typical in drawn for tag in _tags(listing, sku, typical, random)]
    copy_rows([tag for tag, _ in tags])
    lowest: dict[OfferKey, int] = {}
    for tag, key in tags:
        lowest[key] = min(lowest.get(key, tag.price_minor), tag.price_minor)
    return lowest


def _dealers(product: Stocked, keepers: Sequence[Keeper]) -> list[Seller]:
    kinds = {product.facts.category, product.parent_category}
    return [keeper.seller for keeper in keepers if keeper.specialities & kinds] or [k.seller for k in keepers]


def _listings(
    product: Stocked, count: int, dealers: Sequence[Seller], *, now: datetime, random: Random
) -> Iterator[tuple[Listing, Sku, float]]:
    """
    Draw different (seller, SKU, grade); some SKUs are listed by many sellers, some by nobody.

    :raises CatalogueTooSmallError: there are hardly as many
    """
    skus = product.skus
    if count > len(skus) * len(dealers):
        raise CatalogueTooSmallError(f"{product.facts.name} has {len(skus)} SKUs: too few for {count} listings.")
    taken: set[tuple[int, int, str]] = set()
    while len(taken) < count:
        sku = skus[int(len(skus) * random.random() ** 1.3)]
        seller = dealers[random.randrange(len(dealers))]
        grade = random.choices(Grade.values, GRADE_WEIGHTS)[0]
        name = (seller.pk, sku.pk, grade)
        if name in taken:
            continue
        taken.add(name)
        inputs = PriceInputs(
            category=product.facts.category,
            parent=product.parent_category,
            launched=product.launched,
            new_price_minor=sku.new_price_minor or 10_000,
            grade=grade,
        )
        listing = Listing(
            public_id=public_id(random),
            seller=seller,
            sku=sku,
            seller_sku=f"{seller.slug[:3].upper()}-{sku.pk}-{grade[0].upper()}",
            grade=grade,
            quantity=random.choice(QUANTITIES),
            handling_hours=seller.handling_hours,
            warranty_months=random.choices((12, 24, 36), (78, 18, 4))[0],
            created_at=now - timedelta(days=random.randrange(1, 200)),
        )
        yield listing, sku, typical_price_minor(inputs, now.date()) * random.gauss(1.0, 0.05)


def _tags(listing: Listing, sku: Sku, typical: float, random: Random) -> Iterator[tuple[ListingMarket, OfferKey]]:
    seller = listing.seller
    for code in seller.markets:
        if code == seller.home_market or random.random() < OTHER_MARKET_CHANCE:
            currency = MARKETS[code].currency
            price = price_tag_minor(typical, hand=1.0, currency=currency)
            tag = ListingMarket(listing=listing, market=code, price_minor=price, currency=currency)
            yield tag, (code, sku.pk, listing.grade)


def elect_all(lowest: Mapping[OfferKey, int], *, now: datetime, random: Random) -> Iterator[int]:
    """Let time pass: older prices first, then elections at moments of the last weeks; yield how many were held."""
    keys = sorted(lowest, key=lambda key: (key[1], key[0], key[2]))
    for start in range(0, len(keys), KEYS_PER_ELECTION):
        batch = keys[start : start + KEYS_PER_ELECTION]
        elected_at = now - timedelta(days=random.uniform(0.1, PRICE_AGE_DAYS))
        earlier = list(_earlier_prices(batch, lowest, elected_at, random))
        copy_rows(earlier)
        # What elections write, but by COPY: there is nothing to overwrite.
        results = results_of(batch, now=elected_at)
        _note_changes(results.offers, earlier, now=elected_at)
        copy_rows(results.offers)
        copy_rows(results.prices)
        yield min(len(keys), start + KEYS_PER_ELECTION)


def _note_changes(offers: Sequence[Offer], earlier: Sequence[OfferPrice], *, now: datetime) -> None:
    """Note on offers with an earlier price what an election that finds the price moved notes."""
    before = {
        (price.market, price.sku_id, price.grade): Offer(price_minor=price.price_minor, in_stock=True)
        for price in earlier
    }
    note_news([offer for offer in offers if (offer.market, offer.sku_id, offer.grade) in before], before, now=now)


def _earlier_prices(
    keys: Sequence[OfferKey], lowest: Mapping[OfferKey, int], elected_at: datetime, random: Random
) -> Iterator[OfferPrice]:
    for key in keys:
        fate = random.random()
        if fate > REDUCED_SHARE + RAISED_SHARE:
            continue
        factor = random.uniform(1.03, 1.18) if fate < REDUCED_SHARE else random.uniform(0.88, 0.97)
        yield OfferPrice(
            market=key[0],
            sku_id=key[1],
            grade=key[2],
            price_minor=max(100, round(lowest[key] * factor / 100) * 100),
            from_at=elected_at - timedelta(days=random.uniform(8, 60)),
        )


def load_reviews_of(
    stocked: Sequence[Stocked], counts: Sequence[int], keepers: Sequence[Keeper], *, now: datetime, random: Random
) -> None:
    """Write `counts` reviews of each product and add them up for products and, not yet written, for sellers."""
    reviews = [
        _review(product, random.choice(dealers), now=now, random=random)
        for product, count in zip(stocked, counts, strict=True)
        for dealers in [_dealers(product, keepers)]
        for _ in range(count)
    ]
    copy_rows(reviews)
    for review in reviews:
        for reviewed in (review.product, review.seller):
            reviewed.rating_sum += review.rating
            reviewed.rating_count += 1
    ProductModel.objects.bulk_update([entry.product for entry in stocked], ["rating_sum", "rating_count"])


def _review(product: Stocked, seller: Seller, *, now: datetime, random: Random) -> Review:
    quality = seller.quality_permille / 1000
    rating = random.choices((1, 2, 3, 4, 5), (1.2 - quality, 1.3 - quality, 1.6 - quality, 2.5, 6 * quality))[0]
    locale = random.choice(list(LOCALES))
    language, market = locale.split("-")[0], LOCALES[locale].code
    people, topics = load_people()[market], load_reviews()[language]
    chosen = random.sample(sorted(topics), k=random.choice((1, 2, 2, 3)))
    phrases = [random.choice([phrase for phrase in topics[topic] if phrase.fits(rating)]) for topic in chosen]
    return Review(
        product=product.product,
        sku=random.choice(product.skus),
        seller=seller,
        grade=random.choices(Grade.values, GRADE_WEIGHTS)[0],
        line_reference=f"scale-{public_id(random).hex}",
        rating=rating,
        text=" ".join(phrase.text for phrase in phrases),
        language=language,
        market=market,
        author_name=f"{random.choice(people.first_names)} {random.choice(people.last_names)[:1]}.",
        created_at=now - timedelta(days=random.uniform(1, 700)),
        state=ReviewState.PUBLISHED,
    )
