"""Bring documents into the index by bulk requests in which a later version always wins."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from catalog.selectors.search_documents import IndexDocument

MAX_BULK_BYTES = 4 * 1024 * 1024
VERSION_TYPE = "external_gte"
CONFLICT = 409


def send(client: Elasticsearch, alias: str, documents: Sequence[IndexDocument]) -> set[int]:
    """
    Write documents through an alias; return the keys of those that the index has, in this version or a later one.

    Only through an alias: a bulk request that comes late must not bring back an index that was replaced.
    """
    held: set[int] = set()
    for batch in _batches(documents):
        held |= _send(client, alias, batch)
    return held


def _batches(documents: Sequence[IndexDocument]) -> Iterator[list[IndexDocument]]:
    batch: list[IndexDocument] = []
    size = 0
    for document in documents:
        if batch and size + len(document.source) > MAX_BULK_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document.source)
    if batch:
        yield batch


def _send(client: Elasticsearch, alias: str, batch: list[IndexDocument]) -> set[int]:
    lines: list[Any] = []  # the client takes lines that are written already, its types do not
    for document in batch:
        lines += (_action(document), document.source)
    answer = client.bulk(index=alias, operations=lines, require_alias=True, filter_path="errors,items.index.status")
    statuses = (item["index"]["status"] for item in answer["items"])
    return {document.pk for document, status in zip(batch, statuses, strict=True) if status < 300 or status == CONFLICT}


def _action(document: IndexDocument) -> str:
    return json.dumps({"index": {"_id": document.key, "version": document.version, "version_type": VERSION_TYPE}})
