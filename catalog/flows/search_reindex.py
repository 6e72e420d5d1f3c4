"""
Rebuild the search index beside the live one, and put it in its place: searches notice nothing.

While a rebuild runs, the indexer writes every change into both indices; versions let the later one win whichever
arrives first. So the rebuild only has to read each document once, and a killed one goes on from its last position.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from time import sleep
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from elasticsearch import Elasticsearch, NotFoundError

from backmarket.core.errors import DomainError
from catalog.enums import ReindexState
from catalog.models import SearchDocument, SearchReindex
from catalog.search.elastic import client, writing
from catalog.search.elastic.mapping import index_body, live_alias, next_alias
from catalog.selectors.search_documents import IndexDocument, index_documents
from catalog.services import search_documents, search_reindexes

BATCH = 500
# Longer than any search may take: those that were sent to the old index are done when it goes.
DRAIN_S = 1.0
LOADING = {"index": {"refresh_interval": "-1", "translog.durability": "async"}}
SERVING: dict[str, Any] = {"index": {"refresh_interval": "1s", "translog.durability": "request"}}


class ReindexFailedError(DomainError):
    code = "search_reindex_failed"
    message = _("The new search index lacks documents; the one in use stays.")


def is_needed() -> bool:
    """Tell whether the live index is missing, or was not filled from this database."""
    last = SearchReindex.objects.filter(state=ReindexState.DONE).first()
    return last is None or _indices_of(client.indexing(), live_alias()) != [last.index_name]


def begin(*, now: datetime, restart: bool = False) -> SearchReindex:
    """Return the rebuild that was interrupted, else a new one with its empty index."""
    elastic = client.indexing()
    running = SearchReindex.objects.filter(state=ReindexState.RUNNING).first()
    if running is not None and not restart and elastic.indices.exists(index=running.index_name):
        return running
    with transaction.atomic(durable=True):
        search_reindexes.abandon_running(now=now)
        search_documents.add_missing_documents()
    _remove_leftovers(elastic)
    name = f"{live_alias()}-{now:%Y%m%d-%H%M%S-%f}"
    body = index_body()
    settings = body["settings"] | LOADING["index"]
    elastic.indices.create(index=name, settings=settings, mappings=body["mappings"], aliases={next_alias(): {}})
    # The indexer writes into the new index from here on, and everything before is read by the rebuild.
    with transaction.atomic(durable=True):
        return search_reindexes.start(index_name=name, now=now)


def load(reindex: SearchReindex, *, clock: Callable[[], datetime]) -> Iterator[int]:
    """
    Write every document after the rebuild's position; yield how many after each batch.

    A batch is read while the one before is sent. Where no live index exists, the new one is all there is, and what
    it holds counts as indexed.

    :raises ReindexFailedError: the index refused a document
    """
    elastic = client.indexing()
    live = _indices_of(elastic, live_alias())
    if live == [reindex.index_name]:
        return
    with ThreadPoolExecutor(1) as sender:
        pending: tuple[list[IndexDocument], Future[set[int]]] | None = None
        for batch in _batches(reindex.position):
            sending = sender.submit(writing.send, elastic, next_alias(), batch)
            if pending:
                yield _written(reindex, *pending, is_first=not live, now=clock())
            pending = batch, sending
        if pending:
            yield _written(reindex, *pending, is_first=not live, now=clock())


def _batches(position: int) -> Iterator[list[IndexDocument]]:
    while True:
        rows = SearchDocument.objects.filter(pk__gt=position).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield index_documents(ids)
        position = ids[-1]


def _written(
    reindex: SearchReindex,
    batch: list[IndexDocument],
    sending: "Future[set[int]]",
    *,
    is_first: bool,
    now: datetime,
) -> int:
    if len(sending.result()) < len(batch):
        raise ReindexFailedError
    with transaction.atomic(durable=True):
        search_reindexes.advance(reindex, position=batch[-1].pk, count=len(batch), now=now)
        if is_first:
            versions = {document.pk: document.version for document in batch}
            search_documents.record_indexed(versions, now=now)
    return len(batch)


def finish(reindex: SearchReindex, *, now: datetime) -> None:
    """
    Count what was written, put the new index in the old one's place by one atomic step, and delete the old one.

    :raises ReindexFailedError: documents are missing
    """
    elastic = client.indexing()
    name = reindex.index_name
    if _indices_of(elastic, live_alias()) != [name]:
        elastic.indices.put_settings(index=name, settings=SERVING)
        elastic.indices.refresh(index=name)
        expected = SearchDocument.objects.filter(pk__lte=reindex.position).count()
        if elastic.count(index=name)["count"] < expected:
            raise ReindexFailedError
        _swap(elastic, name)
    with transaction.atomic(durable=True):
        search_reindexes.finish(reindex, now=now)
    sleep(DRAIN_S)
    _remove_leftovers(elastic)


def _swap(elastic: Elasticsearch, name: str) -> None:
    actions: list[dict[str, Any]] = [
        {"remove": {"index": old, "alias": live_alias()}} for old in _indices_of(elastic, live_alias())
    ]
    actions += [
        {"add": {"index": name, "alias": live_alias()}},
        {"remove": {"index": name, "alias": next_alias()}},
    ]
    elastic.indices.update_aliases(actions=actions)


def _indices_of(elastic: Elasticsearch, alias: str) -> list[str]:
    try:
        return sorted(elastic.indices.get_alias(name=alias))
    except NotFoundError:
        return []


def _remove_leftovers(elastic: Elasticsearch) -> None:
    """Delete what rebuilds left behind: every index of this shape that is not the live one."""
    live = _indices_of(elastic, live_alias())
    for name in elastic.indices.get(index=f"{live_alias()}-*", allow_no_indices=True):
        if name not in live:
            elastic.indices.delete(index=name)
