"""
What the demo's shoppers searched: an invented query log, so that reports and popular searches show something.

No search here was made by anybody; the texts are `catalog/demo/searches.json`, the counts are drawn.
"""

from datetime import datetime, timedelta
from random import Random

from backmarket.markets.registry import MARKETS
from backmarket.ops.seed.copying import copy_rows
from catalog.demo.texts import DemoSearch, load_searches
from catalog.models import SearchQueryDay
from catalog.search.text import normalised

DAYS = 60
# Searches a day of the most usual one, where a market's own language is spoken; English elsewhere is a tenth.
BUSIEST = 40
FOREIGN = 0.1
MARKET_SIZES = {"FR": 1.0, "DE": 0.8, "ES": 0.5, "IT": 0.5, "GB": 0.6, "US": 0.6}
SMALL = 0.25
# By kind: the shares of searches that find nothing, that find only something near, and that end with an opened result.
OUTCOMES = {
    "found": (0.01, 0.03, 0.52),
    "few_clicks": (0.02, 0.1, 0.07),
    "near": (0.05, 0.92, 0.18),
    "missing": (0.97, 0.03, 0.0),
}
RARER = {"found": 1.0, "few_clicks": 0.35, "near": 0.15, "missing": 0.3}


def load_the_searches(*, now: datetime, random: Random) -> int:
    """Write two months of searches in every market and language; return how many rows."""
    rows = []
    for market in MARKETS.values():
        for language in market.languages:
            size = BUSIEST * MARKET_SIZES.get(market.code, SMALL) * (1 if language == market.languages[0] else FOREIGN)
            for place, search in enumerate(load_searches()[language]):
                mean = size * RARER[search.kind] / (place + 2) ** 0.7
                rows += _days(search, (market.code, language), mean=mean, now=now, random=random)
    copy_rows(rows)
    return len(rows)


def _days(
    search: DemoSearch, where: tuple[str, str], *, mean: float, now: datetime, random: Random
) -> list[SearchQueryDay]:
    text, growth = normalised(search.text), random.uniform(-0.4, 0.6)
    rows = []
    for day in range(DAYS):
        today = mean * (1 + growth * (DAYS / 2 - day) / DAYS)
        searches = int(random.gauss(today, today**0.5) + random.random())
        if searches > 0:
            row = SearchQueryDay(market=where[0], language=where[1], text=text, searches=searches)
            row.search_date = now.date() - timedelta(days=day)
            _count(row, search.kind, random)
            rows.append(row)
    return rows


def _count(row: SearchQueryDay, kind: str, random: Random) -> None:
    """Draw what a day's searches found and how many of them ended with an opened result."""
    empty_share, near_share, click_share = OUTCOMES[kind]
    row.without_result = _drawn(row.searches, empty_share, random)
    found = row.searches - row.without_result
    row.near_only = _drawn(found, near_share, random)
    row.clicks = _drawn(found, click_share, random)
    row.position_sum = sum(min(24, 1 + int(random.expovariate(0.4))) for _click in range(row.clicks))


def _drawn(count: int, share: float, random: Random) -> int:
    return sum(random.random() < share for _one in range(count))
