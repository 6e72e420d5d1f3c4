"""The buy box: who wins and why, what stays when nobody can, and the steps of a price's history."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.models import AuditEntry, OutboxEvent
from backmarket.core.money import Money
from catalog.enums import SellerLevel
from catalog.models import DirtyOffer, Listing, ListingMarket, Offer, OfferPrice, Seller
from catalog.rules.buybox import Candidate, price_to_win, ranking
from catalog.services import listings, offers, sellers
from catalog.services.listings import PriceRefusedError, QuantityRefusedError

from .factories import NOW, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def candidate(listing_id=1, *, price=10_000, quality=500, days=2):
    return Candidate(listing_id, listing_id, price, 0, quality, days, 1)


def rivals(*prices, **fields):
    sku = SkuFactory()
    return [make_listing(sku=sku, price_minor=price, **fields) for price in prices]


def winner():
    (offer,) = elect_all()
    return offer


def test_the_lowest_landed_price_wins_and_all_are_kept_for_replay():
    dear, cheap = rivals(45_900, 44_900)

    offer = winner()

    assert (offer.listing_id, offer.price_minor, offer.in_stock, offer.reason) == (cheap.pk, 44_900, True, "best_score")
    assert [row["listing_id"] for row in offer.inputs] == [cheap.pk, dear.pk]
    replayed = ranking(
        Candidate(**{key: row[key] for key in Candidate.__dataclass_fields__}) for row in reversed(offer.inputs)
    )
    assert replayed[0].listing_id == cheap.pk
    assert [row["score_minor"] for row in offer.inputs] == [found.score_minor for found in replayed]


def test_quality_outweighs_a_small_difference_in_price():
    # 3 % at 1000 ‰: 300 off 100.00.
    assert ranking([candidate(1, price=9_800), candidate(2, price=10_000, quality=1_000)])[0].listing_id == 2
    assert ranking([candidate(1, price=9_600), candidate(2, price=10_000, quality=1_000)])[0].listing_id == 1


def test_ties_go_to_the_quicker_then_to_the_older_listing():
    assert ranking([candidate(1, days=4), candidate(2, days=2)])[0].listing_id == 2
    assert ranking([candidate(2), candidate(1)])[0].listing_id == 1


@given(
    own=st.integers(100, 200_000),
    other=st.integers(100, 200_000),
    qualities=st.tuples(st.integers(0, 1000), st.integers(0, 1000)),
)
def test_the_price_to_win_wins_and_a_cent_more_loses(own, other, qualities):
    mine, best = candidate(1, price=own, quality=qualities[0]), candidate(2, price=other, quality=qualities[1])

    price = price_to_win(mine, best)

    assert price is not None
    assert ranking([candidate(1, price=price, quality=qualities[0]), best])[0].listing_id == 1
    assert ranking([candidate(1, price=price + 1, quality=qualities[0]), best])[0].listing_id == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda listing: Listing.objects.filter(pk=listing.pk).update(quantity=0),
        lambda listing: Listing.objects.filter(pk=listing.pk).update(quantity=2, reserved=2),
        lambda listing: ListingMarket.objects.filter(listing=listing).update(is_published=False),
        lambda listing: ListingMarket.objects.filter(listing=listing).update(price_minor=1_000_001),
        lambda listing: Seller.objects.filter(pk=listing.seller_id).update(is_active=False),
        lambda listing: Seller.objects.filter(pk=listing.seller_id).update(level=SellerLevel.SUSPENDED),
        lambda listing: Seller.objects.filter(pk=listing.seller_id).update(markets=["DE"]),
    ],
    ids=["sold out", "all held", "unpublished", "above the ceiling", "inactive", "suspended", "does not deliver"],
)
def test_who_cannot_sell_cannot_win(change):
    cheap, dear = rivals(10_000, 20_000)
    change(cheap)

    offer = winner()

    assert (offer.listing_id, offer.reason) == (dear.pk, "only_offer")


def test_the_offer_stays_out_of_stock_when_nobody_is_left():
    (only,) = rivals(10_000)
    elect_all()
    Listing.objects.update(quantity=0)

    offer = winner()

    assert (offer.listing_id, offer.price_minor, offer.in_stock) == (only.pk, 10_000, False)
    assert (offer.inputs, offer.reason) == ([], "nobody_eligible")


def test_a_price_enters_the_history_only_when_it_changes():
    (only,) = rivals(10_000)
    for minutes, price in enumerate((10_000, 10_000, 9_000, 9_000, 10_000)):
        ListingMarket.objects.update(price_minor=price)
        elect_all(NOW + timedelta(minutes=minutes))

    history = OfferPrice.objects.order_by("from_at").values_list("price_minor", "from_at")

    assert list(history) == [
        (10_000, NOW),
        (9_000, NOW + timedelta(minutes=2)),
        (10_000, NOW + timedelta(minutes=4)),
    ]
    assert only.pk == Offer.objects.get().listing_id


@pytest.mark.parametrize("count", [1, 40])
def test_an_election_takes_a_fixed_number_of_queries(django_assert_num_queries, count):
    for _ in range(count):
        rivals(10_000, 9_000)
    keys = list(ListingMarket.objects.values_list("market", "listing__sku_id", "listing__grade"))

    with django_assert_num_queries(13):
        offers.elect(keys, now=NOW)

    assert Offer.objects.count() == count


def test_a_changed_price_reaches_the_shop_with_its_event():
    (only,) = rivals(10_000)
    elect_all()

    listings.set_price(listing_id=only.pk, market="FR", price=Money(9_500, "EUR"), actor=ACTOR, now=NOW)
    outbox.drain(now=NOW)

    assert Offer.objects.get().price_minor == 9_500
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.data) == ("price changed", {"market": "FR", "before": 10_000, "after": 9_500})


@pytest.mark.parametrize(
    "price", [Money(0, "EUR"), Money(-1, "EUR"), Money(1_000_001, "EUR"), Money(9_500, "GBP")], ids=str
)
def test_an_impossible_price_is_refused(price):
    (only,) = rivals(10_000)

    with pytest.raises(PriceRefusedError):
        listings.set_price(listing_id=only.pk, market="FR", price=price, actor=ACTOR, now=NOW)

    assert ListingMarket.objects.get().price_minor == 10_000
    assert not OutboxEvent.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_quantity_is_what_is_on_sale_and_held_units_come_on_top():
    (only,) = rivals(10_000, quantity=3)
    Listing.objects.update(reserved=2)

    listings.set_quantity(listing_id=only.pk, quantity=5, actor=ACTOR, now=NOW)

    only.refresh_from_db()
    assert (only.quantity, only.reserved, only.available) == (7, 2, 5)


@pytest.mark.parametrize("quantity", [-1, 100_001])
def test_an_absurd_quantity_is_refused(quantity):
    (only,) = rivals(10_000, quantity=3)

    with pytest.raises(QuantityRefusedError):
        listings.set_quantity(listing_id=only.pk, quantity=quantity, actor=ACTOR, now=NOW)

    only.refresh_from_db()
    assert only.quantity == 3
    assert not AuditEntry.objects.exists()


def test_a_suspended_seller_loses_every_buy_box_through_the_table_of_dirty_keys():
    cheap, dear = rivals(10_000, 20_000)
    elect_all()

    sellers.set_level(
        seller_id=cheap.seller_id, level=SellerLevel.SUSPENDED, actor=ACTOR, reason="late parcels", now=NOW
    )
    outbox.drain(now=NOW)
    assert DirtyOffer.objects.count() == 1

    assert offers.elect_dirty(now=NOW) == 1
    assert offers.elect_dirty(now=NOW) == 0
    assert Offer.objects.get().listing_id == dear.pk


def test_a_seller_taken_off_sale_loses_the_buy_box_and_wins_it_again():
    (only,) = rivals(10_000)
    elect_all()

    for is_active in (False, True):
        sellers.set_active(seller_id=only.seller_id, is_active=is_active, actor=ACTOR, reason="asked", now=NOW)
        outbox.drain(now=NOW)
        offers.elect_dirty(now=NOW)
        assert Offer.objects.get().in_stock is is_active


def test_keys_are_noted_once():
    (only,) = rivals(10_000)
    key = ("FR", only.sku_id, only.grade)

    offers.mark_dirty([key, key])
    offers.mark_dirty([key])

    assert DirtyOffer.objects.count() == 1


def test_elections_side_by_side_take_different_keys():
    for _ in range(3):
        rivals(10_000)
    offers.mark_dirty(ListingMarket.objects.values_list("market", "listing__sku_id", "listing__grade"))

    assert [offers.elect_dirty(now=NOW, limit=2) for _ in range(3)] == [2, 1, 0]
    assert Offer.objects.count() == 3


def at_price(listing, price_minor: int, days: float, quantity: int | None = None) -> Offer:
    """Set a price, or a quantity, so many days after NOW and elect; return the offer."""
    at = NOW + timedelta(days=days)
    ListingMarket.objects.filter(listing=listing).update(price_minor=price_minor)
    if quantity is not None:
        Listing.objects.filter(pk=listing.pk).update(quantity=quantity)
    return elect_all(at)[0]


def test_a_reduction_is_kept_with_the_lowest_price_before_it_for_30_days():
    (listing,) = rivals(45_000)
    at_price(listing, 45_000, 0)
    at_price(listing, 43_000, 5)
    at_price(listing, 44_000, 10)

    reduced = at_price(listing, 40_000, 12)
    assert (reduced.reduced_at, reduced.low_before_minor) == (NOW + timedelta(days=12), 43_000)
    kept = at_price(listing, 40_000, 41.9)
    assert (kept.reduced_at, kept.low_before_minor) == (NOW + timedelta(days=12), 43_000)
    worn = at_price(listing, 40_000, 42)
    assert (worn.reduced_at, worn.low_before_minor) == (None, None)


def test_a_price_that_went_up_first_is_not_announced_as_reduced():
    (listing,) = rivals(40_000)
    at_price(listing, 40_000, 0)
    at_price(listing, 50_000, 1)

    offer = at_price(listing, 42_000, 2)

    assert (offer.reduced_at, offer.low_before_minor) == (None, None)


def test_a_dearer_price_ends_the_reduction():
    (listing,) = rivals(45_000)
    at_price(listing, 45_000, 0)
    at_price(listing, 40_000, 1)

    assert at_price(listing, 41_000, 2).reduced_at is None


def test_reductions_that_are_30_days_old_are_noted_for_election():
    (listing,) = rivals(45_000)
    at_price(listing, 45_000, 0)
    at_price(listing, 40_000, 1)

    assert offers.mark_worn_reductions(now=NOW + timedelta(days=30)) == 0
    assert offers.mark_worn_reductions(now=NOW + timedelta(days=31)) == 1
    assert offers.elect_dirty(now=NOW + timedelta(days=31)) == 1
    assert Offer.objects.get().reduced_at is None
    assert offers.mark_worn_reductions(now=NOW + timedelta(days=31)) == 0


def test_an_offer_that_was_sold_out_says_when_it_came_back():
    (listing,) = rivals(45_000)
    assert at_price(listing, 45_000, 0).restocked_at is None
    assert at_price(listing, 45_000, 1, quantity=0).restocked_at is None

    assert at_price(listing, 45_000, 2, quantity=5).restocked_at == NOW + timedelta(days=2)
    assert at_price(listing, 44_000, 3).restocked_at == NOW + timedelta(days=2)
