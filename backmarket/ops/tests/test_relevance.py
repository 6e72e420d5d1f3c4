"""The search finds what people judged to be right, over the demo's catalogue as it is on sale in France."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from django.core.cache import cache

from backmarket.ops.seed import catalogue, sellers
from backmarket.ops.seed.load import SEED
from catalog.demo import facts
from catalog.models import ListingMarket
from catalog.rules.judgements import read_judgements
from catalog.search.engines import POSTGRES
from catalog.selectors.evaluation import evaluate, known_judgements
from catalog.services import indexing, offers

pytestmark = pytest.mark.slow
JUDGEMENTS = Path(facts.__file__).parent / "judgements.csv"
LANGUAGES = {"de", "en", "es", "fr", "it", "nl"}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def judged(db):
    random = Random(SEED)
    stocked = catalogue.load_catalogue()
    indexing.index_products()
    sellers.load_listings(stocked, sellers.load_the_sellers(NOW), now=NOW, random=random)
    rows = ListingMarket.objects.filter(market="FR").values_list("market", "listing__sku_id", "listing__grade")
    offers.elect(list(rows.distinct()), now=NOW)
    cache.clear()
    with JUDGEMENTS.open(encoding="utf-8", newline="") as lines:
        return known_judgements(read_judgements(lines))


def test_postgresql_finds_what_was_judged_to_be_right(judged):
    evaluation = evaluate(judged, POSTGRES, market="FR")

    figures = evaluation.of()
    assert judged.unknown == ()
    assert figures.queries >= 180
    assert set(evaluation.languages) == LANGUAGES
    assert figures.zero_rate == 0
    assert (figures.ndcg or 0) >= 0.95
    assert (figures.mrr or 0) >= 0.98
    assert all((evaluation.of(language).ndcg or 0) >= 0.9 for language in LANGUAGES)
