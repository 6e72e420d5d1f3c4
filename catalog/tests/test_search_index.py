"""The search index follows the database: versions, tombstones, leases."""

import json
from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import call_command

from backmarket.core import clock
from catalog.enums import ProductState
from catalog.flows import search_index, search_reindex
from catalog.models import Listing, ListingMarket, ProductModel, SearchDocument
from catalog.search.elastic import writing
from catalog.search.elastic.engine import ElasticsearchEngine
from catalog.search.elastic.mapping import live_alias
from catalog.search.requests import SearchHits, SearchRequest
from catalog.selectors.search_documents import index_documents
from catalog.services.indexing import index_products

from .factories import elect_all, make_listing

FRANCE = SearchRequest(market="FR")


@pytest.fixture
def listing(elastic, settings, monkeypatch, transactional_db):
    """One listing, in an index that was just built."""
    monkeypatch.setattr(search_reindex, "DRAIN_S", 0.05)
    settings.ELASTICSEARCH_PATIENCE_S = 20
    made = make_listing(price_minor=45_900)
    elect_all()
    index_products()
    call_command("reindex")
    return made


def index_all(elastic):
    while search_index.index_batch(now=clock.now()):
        pass
    elastic.indices.refresh(index=live_alias())


def change_price(price_minor):
    ListingMarket.objects.update(price_minor=price_minor)
    elect_all()


def found(elastic):
    elastic.indices.refresh(index=live_alias())
    return ElasticsearchEngine().find(FRANCE)


def is_dirty():
    document = SearchDocument.objects.get()
    return document.indexed_version < document.version


@pytest.mark.elasticsearch
def test_a_changed_price_is_noted_with_its_election_and_brought_to_the_index(elastic, listing):
    assert found(elastic).low_minor == 45_900
    assert not is_dirty()

    change_price(44_900)

    assert is_dirty()
    assert search_index.index_batch(now=clock.now()) == 1
    assert search_index.index_batch(now=clock.now()) == 0
    assert found(elastic).low_minor == 44_900
    assert not is_dirty()


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("listing")
def test_an_election_that_changes_nothing_notes_nothing():
    before = SearchDocument.objects.get().version

    elect_all()

    assert SearchDocument.objects.get().version == before


@pytest.mark.elasticsearch
def test_what_is_sold_out_or_withdrawn_is_gone_and_comes_back(elastic, listing):
    Listing.objects.update(quantity=0)
    elect_all()
    index_all(elastic)
    assert found(elastic) == SearchHits()

    Listing.objects.update(quantity=5)
    elect_all()
    index_all(elastic)
    assert found(elastic).product_ids == (listing.sku.product_id,)

    ProductModel.objects.update(state=ProductState.WITHDRAWN)
    index_products([listing.sku.product_id])
    index_all(elastic)
    assert found(elastic) == SearchHits()


def late_update(elastic):
    """Sell out while an update with an offer is still on its way, and let it arrive last."""
    change_price(44_900)
    late = index_documents([SearchDocument.objects.get().pk])
    Listing.objects.update(quantity=0)
    elect_all()
    index_all(elastic)
    writing.send(elastic, live_alias(), late)
    return found(elastic)


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("listing")
def test_a_late_update_does_not_bring_back_what_is_gone(elastic):
    assert late_update(elastic).total == 0


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("listing")
def test_without_versions_a_late_update_brings_it_back(elastic):
    """Twin: in the order of their arrival, the last document wins, and a sold-out product is found again."""

    def without_version(document):
        return json.dumps({"index": {"_id": document.key}})

    with mock.patch.object(writing, "_action", without_version):
        assert late_update(elastic).total == 1


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("listing")
def test_a_change_while_a_document_is_on_its_way_keeps_it_dirty(elastic):
    change_price(44_900)
    send = writing.send

    def send_and_change(*args):
        held = send(*args)
        change_price(43_900)
        return held

    with mock.patch.object(writing, "send", send_and_change):
        search_index.index_batch(now=clock.now())

    assert is_dirty()
    index_all(elastic)
    assert found(elastic).low_minor == 43_900


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("listing")
def test_what_a_killed_indexer_held_is_taken_up_after_its_lease(elastic):
    change_price(44_900)
    now = clock.now()
    with mock.patch.object(writing, "send", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        search_index.index_batch(now=now)

    assert search_index.index_batch(now=now) == 0
    assert search_index.index_batch(now=now + search_index.LEASE + timedelta(seconds=1)) == 1
    assert found(elastic).low_minor == 44_900


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("listing")
def test_nothing_is_lost_while_elasticsearch_is_away(elastic, settings):
    change_price(44_900)
    real = settings.ELASTICSEARCH_URL
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    assert search_index.index_batch(now=clock.now()) == 0
    assert is_dirty()

    settings.ELASTICSEARCH_URL = real
    index_all(elastic)

    assert found(elastic).low_minor == 44_900


@pytest.mark.elasticsearch
@pytest.mark.django_db(transaction=True)
def test_without_an_index_nothing_is_claimed(elastic):
    make_listing()
    elect_all()

    assert search_index.index_batch(now=clock.now()) == 0
    assert SearchDocument.objects.get().lease_ends_at is None
