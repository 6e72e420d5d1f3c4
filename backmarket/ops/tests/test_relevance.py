"""The search finds what people judged to be right, over the demo's catalogue as it is on sale in France."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from django.core.cache import cache
from django.core.management import call_command

from backmarket.ops.seed import catalogue, sellers
from backmarket.ops.seed.load import SEED
from catalog.demo import facts
from catalog.models import ListingMarket
from catalog.rules.judgements import read_judgements
from catalog.search.engines import PATIENT, POSTGRES
from catalog.selectors.evaluation import evaluate, known_judgements
from catalog.services import indexing, offers
from catalog.tests.conftest import elastic, elasticsearch_url

__all__ = ["elastic", "elasticsearch_url"]

pytestmark = pytest.mark.slow
JUDGEMENTS = Path(facts.__file__).parent / "judgements.csv"
LANGUAGES = {"de", "en", "es", "fr", "it", "nl"}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def judged():
    """Write the demo's catalogue with its offers in France, and return the judgements."""
    random = Random(SEED)
    stocked = catalogue.load_catalogue()
    indexing.index_products()
    sellers.load_listings(stocked, sellers.load_the_sellers(NOW), now=NOW, random=random)
    rows = ListingMarket.objects.filter(market="FR").values_list("market", "listing__sku_id", "listing__grade")
    offers.elect(list(rows.distinct()), now=NOW)
    cache.clear()
    with JUDGEMENTS.open(encoding="utf-8", newline="") as lines:
        return known_judgements(read_judgements(lines))


def assert_relevant(known, engine):
    evaluation = evaluate(known, engine, market="FR")

    figures = evaluation.of()
    assert known.unknown == ()
    assert figures.queries >= 180
    assert set(evaluation.languages) == LANGUAGES
    assert figures.zero_rate == 0
    assert (figures.ndcg or 0) >= 0.95
    assert (figures.mrr or 0) >= 0.98
    assert all((evaluation.of(language).ndcg or 0) >= 0.9 for language in LANGUAGES)


@pytest.mark.django_db
def test_postgresql_finds_what_was_judged_to_be_right():
    assert_relevant(judged(), POSTGRES)


@pytest.mark.elasticsearch
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("elastic")
def test_elasticsearch_finds_what_was_judged_to_be_right():
    known = judged()
    call_command("reindex", verbosity=0)

    assert_relevant(known, PATIENT)
