"""Keep how far a rebuild of the search index is."""

from datetime import datetime

from django.db import transaction

from catalog.enums import ReindexState
from catalog.models import SearchDocument, SearchReindex


@transaction.atomic
def start(*, index_name: str, now: datetime) -> SearchReindex:
    """Note a rebuild; from here on the indexer writes into its index too."""
    count = SearchDocument.objects.count()
    return SearchReindex.objects.create(index_name=index_name, document_count=count, started_at=now, moved_at=now)


@transaction.atomic
def advance(reindex: SearchReindex, *, position: int, count: int, now: datetime) -> None:
    """Note that everything up to a position is written."""
    reindex.position = position
    reindex.written_count += count
    reindex.moved_at = now
    reindex.save(update_fields=["position", "written_count", "moved_at"])


@transaction.atomic
def finish(reindex: SearchReindex, *, now: datetime) -> None:
    """Note that the rebuilt index is the live one."""
    reindex.state = ReindexState.DONE
    reindex.finished_at = reindex.moved_at = now
    reindex.save(update_fields=["state", "finished_at", "moved_at"])


@transaction.atomic
def abandon_running(*, now: datetime) -> None:
    """Give up the rebuild that is under way."""
    running = SearchReindex.objects.filter(state=ReindexState.RUNNING)
    running.update(state=ReindexState.ABANDONED, finished_at=now, moved_at=now)
