"""A key that is noted while its election is under way is elected again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.db import connection

from catalog import locks
from catalog.models import DirtyOffer, ListingMarket, Offer
from catalog.services import offers

from .factories import NOW, elect_all, make_listing

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def in_thread(pool, work):
    def run():
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(run)


def change_price_during_election():
    """Change a price and note its key when the election has read the old one but not yet ended."""
    listing = make_listing(price_minor=10_000)
    elect_all()
    key = ("FR", listing.sku_id, listing.grade)
    offers.mark_dirty([key])
    has_read, is_noted = threading.Event(), threading.Event()
    stored = offers._store

    def store_later(written):
        has_read.set()
        # The one who notes the key has to wait for the election's end: go on after a moment in any case.
        is_noted.wait(timeout=0.5)
        stored(written)

    def change():
        has_read.wait(timeout=10)
        ListingMarket.objects.update(price_minor=9_000)
        offers.mark_dirty([key])
        is_noted.set()

    with ThreadPoolExecutor(2) as pool, mock.patch.object(offers, "_store", store_later):
        running = [in_thread(pool, lambda: offers.elect_dirty(now=NOW)), in_thread(pool, change)]
        for work in running:
            work.result(timeout=20)
    offers.elect_dirty(now=NOW)
    return Offer.objects.get().price_minor


def test_a_key_noted_during_its_election_is_elected_again():
    assert change_price_during_election() == 9_000
    assert not DirtyOffer.objects.exists()


def test_without_deleting_first_the_note_is_lost():
    """Twin: an election that deletes its keys at the end deletes the note of a change that it did not see."""

    def claim_and_keep(limit):
        rows = DirtyOffer.objects.order_by("pk").select_for_update(skip_locked=True)[:limit]
        return [(row.market, row.sku_id, row.grade) for row in rows]

    elect = offers.elect

    def elect_then_delete(keys, *, now):
        elect(keys, now=now)
        for market, sku_id, grade in keys:
            DirtyOffer.objects.filter(market=market, sku_id=sku_id, grade=grade).delete()

    with (
        mock.patch.object(locks, "claim_dirty_offers", claim_and_keep),
        mock.patch.object(offers, "elect", elect_then_delete),
    ):
        assert change_price_during_election() == 10_000
