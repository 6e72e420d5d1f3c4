"""Promise R7: a rebuild under random writes, killed and resumed, with nobody noticing."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from backmarket.core import clock
from catalog import locks
from catalog.enums import ReindexState
from catalog.flows import search_index, search_reindex
from catalog.models import Listing, ListingMarket, SearchDocument, SearchReindex
from catalog.search.elastic import writing
from catalog.search.elastic.engine import ElasticsearchEngine
from catalog.search.elastic.mapping import live_alias, next_alias
from catalog.search.requests import SearchRequest
from catalog.selectors.search_documents import index_documents
from catalog.services import offers, search_reindexes
from catalog.services.indexing import index_products

from .factories import ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db(transaction=True)]
PRODUCTS = 12


@pytest.fixture
def shop(elastic, settings, monkeypatch):
    """A dozen products in an index that was just built."""
    monkeypatch.setattr(search_reindex, "DRAIN_S", 0.05)
    settings.ELASTICSEARCH_PATIENCE_S = 20
    for number in range(PRODUCTS):
        product = ProductModelFactory(name=f"iPhone {number}", slug=f"iphone-{number}")
        make_listing(sku=SkuFactory(product=product))
    elect_all()
    index_products()
    call_command("reindex")
    return elastic


def differences(elastic):
    """Return the documents of the index that differ from the database, by version or by content."""
    elastic.indices.refresh(index=live_alias())
    wrong = []
    for document in index_documents(list(SearchDocument.objects.values_list("pk", flat=True))):
        held = elastic.get(index=live_alias(), id=document.key)
        if held["_source"] != json.loads(document.source):
            wrong.append((document.key, document.version, held["_version"]))
    return wrong


def settle(elastic):
    while search_index.index_batch(now=clock.now()):
        pass
    return differences(elastic)


def forever(stop, work):
    """Do something in a thread with a database connection of its own until told to stop; return how often."""
    turns = 0
    try:
        while not stop.is_set():
            work(turns)
            turns += 1
    finally:
        connection.close()
    return turns


def write_at_random(random):
    listing = random.choice(list(Listing.objects.all()))
    if random.random() < 0.4:
        Listing.objects.filter(pk=listing.pk).update(quantity=random.choice([0, 5]))
    else:
        ListingMarket.objects.filter(listing=listing).update(price_minor=random.randint(100, 900) * 100)
    offers.elect(offers.keys_of_listing(listing.pk), now=clock.now())


def test_a_live_rebuild_under_random_writes_and_reordered_batches_loses_nothing(shop):
    random, stop, send = Random(7), threading.Event(), writing._send

    def send_late(*args):
        # Batches that were read earlier arrive later than those that were read after them.
        time.sleep(random.choice([0, 0, 0.02, 0.2]))
        return send(*args)

    def index(_turn):
        search_index.index_batch(now=clock.now(), limit=3)

    def search(_turn):
        ElasticsearchEngine().find(SearchRequest(market="FR"))
        assert len(shop.indices.get_alias(name=live_alias())) == 1

    with (
        ThreadPoolExecutor(5) as pool,
        mock.patch.object(writing, "_send", send_late),
        mock.patch.object(search_index, "LEASE", timedelta(0)),
        mock.patch.object(search_reindex, "BATCH", 2),
        mock.patch.object(search_reindex, "DRAIN_S", 1),
    ):
        works = [lambda _turn: write_at_random(random), index, index, index, search]
        running = [pool.submit(forever, stop, work) for work in works]
        for _ in range(2):
            call_command("reindex")
        stop.set()
        turns = [work.result(timeout=60) for work in running]

    assert min(turns) > 3
    assert settle(shop) == []
    assert len(shop.indices.get(index=f"{live_alias()}*")) == 1


def test_an_index_that_is_replaced_is_not_written_any_more(shop):
    """Each rebuild has an index of its own; what comes late for the old one finds no alias."""
    before = list(shop.indices.get_alias(name=live_alias()))

    call_command("reindex")

    after = list(shop.indices.get_alias(name=live_alias()))
    late = index_documents(list(SearchDocument.objects.values_list("pk", flat=True)[:1]))
    assert before != after
    assert writing.send(shop, next_alias(), late) == set()
    assert not shop.indices.exists_alias(name=next_alias())


def killed_after_batches(count):
    """Kill a rebuild when it has written so many batches."""
    advance = search_reindexes.advance
    left = [count]

    def advance_or_die(*args, **kwargs):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        advance(*args, **kwargs)

    killed = mock.patch.object(search_reindexes, "advance", advance_or_die)
    with killed, mock.patch.object(search_reindex, "BATCH", 2), pytest.raises(KeyboardInterrupt):
        call_command("reindex")


def test_a_killed_rebuild_goes_on_where_it_ended(shop, capsys):
    killed_after_batches(2)
    running = SearchReindex.objects.get(state=ReindexState.RUNNING)
    ListingMarket.objects.update(price_minor=12_300)
    elect_all()
    search_index.index_batch(now=clock.now())
    assert running.written_count == 4

    call_command("reindex")

    running.refresh_from_db()
    assert running.state == ReindexState.DONE
    assert "Going on after 4 of 12" in capsys.readouterr().out
    assert list(shop.indices.get_alias(name=live_alias())) == [running.index_name]
    assert settle(shop) == []


def test_without_writing_both_indices_a_rebuild_loses_changes(shop):
    """Twin: an indexer that knows the live index only leaves the new one behind, and nothing marks it dirty."""
    killed_after_batches(2)
    ListingMarket.objects.update(price_minor=12_300)
    elect_all()
    with mock.patch.object(search_index, "write_aliases", return_value=[live_alias()]):
        search_index.index_batch(now=clock.now())

    call_command("reindex")

    assert len(settle(shop)) == 4


def test_a_rebuild_whose_index_is_gone_starts_afresh(shop):
    killed_after_batches(1)
    lost = SearchReindex.objects.get(state=ReindexState.RUNNING)
    shop.indices.delete(index=lost.index_name)

    call_command("reindex")

    lost.refresh_from_db()
    assert lost.state == ReindexState.ABANDONED
    assert settle(shop) == []


def test_a_rebuild_that_was_killed_after_the_swap_only_ends(shop):
    end = mock.patch.object(search_reindexes, "finish", side_effect=KeyboardInterrupt)
    with end, pytest.raises(KeyboardInterrupt):
        call_command("reindex")
    swapped = list(shop.indices.get_alias(name=live_alias()))

    call_command("reindex")

    assert SearchReindex.objects.values_list("state", flat=True).first() == ReindexState.DONE
    assert list(shop.indices.get_alias(name=live_alias())) == swapped
    assert list(shop.indices.get(index=f"{live_alias()}*")) == swapped


def test_a_second_rebuild_at_the_same_time_is_refused(shop):
    def hold(began, ended):
        try:
            with locks.hold_reindex():
                began.set()
                ended.wait(timeout=20)
        finally:
            connection.close()

    began, ended = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold, began, ended)
        began.wait(timeout=20)
        with pytest.raises(CommandError, match="Another reindex"):
            call_command("reindex")
        ended.set()


def test_a_rebuild_is_needed_until_the_index_was_filled_from_this_database(shop, capsys):
    call_command("reindex", if_needed=True)
    assert "there already" in capsys.readouterr().out

    SearchReindex.objects.all().delete()
    call_command("reindex", if_needed=True)

    assert "is live" in capsys.readouterr().out


def test_a_reindex_without_elasticsearch_says_so(settings):
    settings.ELASTICSEARCH_URL = None
    with pytest.raises(CommandError, match="ELASTICSEARCH_URL"):
        call_command("reindex")

    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="does not answer"):
        call_command("reindex")
