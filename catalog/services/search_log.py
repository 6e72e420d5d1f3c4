"""Write the query log: counts by day and text, added up whoever else adds to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from psycopg2.extras import execute_values

from catalog.models import SearchQueryDay
from catalog.rules import searches as rules

# Adding in the database keeps every count, however many processes write one row at once.
ADD = """
INSERT INTO catalog_searchqueryday AS known
    (search_date, market, language, text, searches, without_result, near_only, clicks, position_sum)
VALUES %s
ON CONFLICT (market, language, text, search_date) DO UPDATE SET
    searches = known.searches + excluded.searches,
    without_result = known.without_result + excluded.without_result,
    near_only = known.near_only + excluded.near_only,
    clicks = known.clicks + excluded.clicks,
    position_sum = known.position_sum + excluded.position_sum
"""
FORGET_RARE = """
DELETE FROM catalog_searchqueryday old
USING (
    SELECT market, language, text FROM catalog_searchqueryday
    GROUP BY market, language, text
    HAVING sum(searches) < %(min_searches)s OR count(*) FILTER (WHERE searches > 0) < %(min_days)s
) rare
WHERE old.search_date < %(before)s
    AND (old.market, old.language, old.text) = (rare.market, rare.language, rare.text)
"""


@dataclass(frozen=True, slots=True, order=True)
class SearchKey:
    """Which day's searches for what, where and in which language; `text` is the normal form."""

    market: str
    language: str
    text: str
    search_date: date


@dataclass(slots=True)
class SearchCounts:
    """What is added to a day's row."""

    searches: int = 0
    without_result: int = 0
    near_only: int = 0
    clicks: int = 0
    position_sum: int = 0

    def add(self, other: "SearchCounts") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@transaction.atomic
def record_searches(counts: Mapping[SearchKey, SearchCounts]) -> None:
    """Add counts to their days in one statement; rows are taken in one order, so that writers never deadlock."""
    rows = [
        (
            *(key.search_date, key.market, key.language, key.text),
            *(added.searches, added.without_result, added.near_only, added.clicks, added.position_sum),
        )
        for key, added in sorted(counts.items())
    ]
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, ADD, rows, page_size=1000)


@transaction.atomic
def forget_old_searches(*, today: date) -> int:
    """Delete what is older than the log keeps, sooner where a search stayed too rare to be shown; return how many."""
    old = SearchQueryDay.objects.filter(search_date__lt=today - timedelta(days=rules.KEPT_DAYS)).delete()[0]
    with connection.cursor() as cursor:
        before = today - timedelta(days=rules.RARE_KEPT_DAYS)
        least = {"min_searches": rules.MIN_SEARCHES, "min_days": rules.MIN_DAYS}
        cursor.execute(FORGET_RARE, {"before": before, **least})
        return old + int(cursor.rowcount)
