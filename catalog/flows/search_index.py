"""Bring what changed into the search index: claim, read, send, record, each apart from the others."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from elasticsearch import ApiError, Elasticsearch, TransportError

from catalog.enums import ReindexState
from catalog.models import SearchReindex
from catalog.search.elastic import client, writing
from catalog.search.elastic.mapping import live_alias, next_alias
from catalog.selectors.search_documents import index_documents
from catalog.services import search_documents

BATCH = 500
# Longer than a batch takes; what a killed indexer held is taken up again after that.
LEASE = timedelta(seconds=20)

logger = logging.getLogger(__name__)


def index_batch(*, now: datetime, limit: int = BATCH) -> int:
    """
    Bring the documents that lack a change for longest into the index; return how many were taken up.

    Nothing is lost when this is killed anywhere: a document stays dirty until the index is known to have it.
    """
    elastic = client.indexing()
    try:
        if not write_aliases(elastic):
            return 0
        with transaction.atomic(durable=True):
            ids = search_documents.claim(limit=limit, now=now, until=now + LEASE)
        if ids:
            _record(_sent(elastic, ids), now)
    except (ApiError, TransportError) as error:
        logger.warning("The search index cannot be written: %s", error)
        return 0
    return len(ids)


def write_aliases(elastic: Elasticsearch) -> list[str]:
    """
    Return through which aliases documents are written: the live one, and that of a rebuild under way.

    Ask after the documents were claimed. A rebuild that is not known yet then starts to read after their changes
    were committed, and finds them by itself.
    """
    aliases = [live_alias()] if elastic.indices.exists_alias(name=live_alias()) else []
    if SearchReindex.objects.filter(state=ReindexState.RUNNING).exists():
        aliases.append(next_alias())
    return aliases


def _sent(elastic: Elasticsearch, ids: list[int]) -> dict[int, int]:
    """Return the versions of those documents that every index has."""
    aliases = write_aliases(elastic)
    documents = index_documents(ids)
    held = {document.pk for document in documents} if aliases else set()
    for alias in aliases:
        held &= writing.send(elastic, alias, documents)
    if len(held) < len(documents):
        logger.warning("%s of %s documents were not taken by the search index", len(documents) - len(held), len(ids))
    return {document.pk: document.version for document in documents if document.pk in held}


def _record(versions: Mapping[int, int], now: datetime) -> None:
    with transaction.atomic(durable=True):
        search_documents.record_indexed(versions, now=now)
