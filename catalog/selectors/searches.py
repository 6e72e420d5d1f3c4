"""What is searched: popular searches for shoppers, and reports for staff; never what only a few searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from catalog.models import SearchQueryDay
from catalog.rules.searches import FEW_CLICKS, MIN_DAYS, MIN_SEARCHES

POPULAR_DAYS = 28
MAX_POPULAR = 500
COMMON = Q(searched__gte=MIN_SEARCHES, days__gte=MIN_DAYS)


class Report(StrEnum):
    EMPTY = "empty"
    FEW_CLICKS = "few-clicks"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose searches, and of how many days up to `until`; no market or language means all."""

    until: date
    days: int = 28
    market: str = ""
    language: str = ""

    @property
    def since(self) -> date:
        return self.until - timedelta(days=self.days - 1)

    def rows(self, *, periods: int = 1) -> QuerySet[SearchQueryDay]:
        first = self.since - timedelta(days=self.days * (periods - 1))
        chosen = {"market": self.market, "language": self.language}
        given = {name: value for name, value in chosen.items() if value}
        return SearchQueryDay.objects.filter(search_date__range=(first, self.until), **given)


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """Counts of one search, or of all; `before` is how many searches the period before had."""

    searched: int
    before: int
    empty: int
    near: int
    clicked: int
    position_sum: int
    market: str = ""
    language: str = ""
    text: str = ""

    @property
    def found(self) -> int:
        return self.searched - self.empty

    @property
    def empty_percent(self) -> float | None:
        return 100 * self.empty / self.searched if self.searched else None

    @property
    def near_percent(self) -> float | None:
        return 100 * self.near / self.searched if self.searched else None

    @property
    def click_percent(self) -> float | None:
        """Of the searches that found something, those with an opened result."""
        return min(100.0, 100 * self.clicked / self.found) if self.found > 0 else None

    @property
    def mean_position(self) -> float | None:
        return self.position_sum / self.clicked if self.clicked else None

    @property
    def trend_percent(self) -> float | None:
        """The change against the period before, None where it had no searches."""
        return 100 * (self.searched / self.before - 1) if self.before else None


def popular_searches(*, market: str, language: str, today: date) -> list[str]:
    """
    Return what many searched and found in a market and language, the most searched first; one query.

    Only what found products by all its words: whatever people type to be seen by others is not shown.
    """
    scope = Scope(until=today, days=POPULAR_DAYS, market=market, language=language)
    rows = (
        scope.rows()
        .values("text")
        .annotate(
            searched=Sum("searches"),
            days=Count("pk", filter=Q(searches__gt=0)),
            missed=Sum(F("without_result") + F("near_only")),
        )
    )
    common = rows.filter(COMMON, searched__gt=2 * F("missed"))
    return list(common.order_by("-searched", "text").values_list("text", flat=True)[:MAX_POPULAR])


def report_rows(report: Report, scope: Scope) -> QuerySet[Any, Any]:
    """Return the rows of a report as `SearchFigures`' fields, what matters most first."""
    now = Q(search_date__gte=scope.since)
    rows = (
        scope.rows(periods=2)
        .values("market", "language", "text")
        .annotate(
            searched=Sum("searches", filter=now, default=0),
            before=Sum("searches", filter=~now, default=0),
            empty=Sum("without_result", filter=now, default=0),
            near=Sum("near_only", filter=now, default=0),
            clicked=Sum("clicks", filter=now, default=0),
            places=Sum("position_sum", filter=now, default=0),
            days=Count("pk", filter=now & Q(searches__gt=0)),
        )
        .filter(COMMON)
    )
    if report is Report.EMPTY:
        return rows.filter(empty__gt=0, searched__lte=2 * F("empty")).order_by("-empty", "text", "market", "language")
    if report is Report.TOP:
        return rows.order_by("-searched", "text", "market", "language")
    found = rows.annotate(found=F("searched") - F("empty"), missed=F("searched") - F("empty") - F("clicked"))
    few = found.filter(found__gte=MIN_SEARCHES, clicked__lt=Cast("found", FloatField()) * FEW_CLICKS)
    return few.order_by("-missed", "text", "market", "language")


def figures_of(row: Mapping[str, Any]) -> SearchFigures:
    return SearchFigures(
        searched=row["searched"],
        before=row["before"],
        empty=row["empty"],
        near=row["near"],
        clicked=row["clicked"],
        position_sum=row["places"],
        market=row["market"],
        language=row["language"],
        text=row["text"],
    )


def report_totals(scope: Scope) -> SearchFigures:
    """Add up everything in scope, rare searches included: sums name nobody."""
    now = Q(search_date__gte=scope.since)
    sums = scope.rows(periods=2).aggregate(
        searched=Sum("searches", filter=now, default=0),
        before=Sum("searches", filter=~now, default=0),
        empty=Sum("without_result", filter=now, default=0),
        near=Sum("near_only", filter=now, default=0),
        clicked=Sum("clicks", filter=now, default=0),
        position_sum=Sum("position_sum", filter=now, default=0),
    )
    return SearchFigures(**sums)
