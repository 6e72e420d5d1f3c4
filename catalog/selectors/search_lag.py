"""How far the search index is behind the database, as far as the database knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min

from catalog.models import SearchDocument, SearchReindex

SHOWN_REINDEXES = 5


@dataclass(frozen=True, slots=True)
class SearchLag:
    """`dirty_count` documents lack a change, the oldest since `since`."""

    document_count: int
    dirty_count: int
    since: datetime | None

    def age(self, now: datetime) -> timedelta:
        return max(now - self.since, timedelta(0)) if self.since else timedelta(0)


def search_lag() -> SearchLag:
    dirty = SearchDocument.objects.filter(indexed_version__lt=F("version"))
    found = dirty.aggregate(count=Count("pk"), since=Min("changed_at"))
    return SearchLag(SearchDocument.objects.count(), found["count"], found["since"])


def latest_reindexes() -> list[SearchReindex]:
    return list(SearchReindex.objects.all()[:SHOWN_REINDEXES])
