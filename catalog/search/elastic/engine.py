"""Elasticsearch as a search engine: quick and whole answers, or none."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLateError
from dataclasses import replace
from typing import Any

from django.conf import settings
from elasticsearch import ApiError, BadRequestError, Elasticsearch, TransportError

from catalog.search.requests import EngineRefusedError, EngineUnavailableError, SearchHits, SearchRequest

from . import client
from .counts import counts_in, prices_in
from .mapping import live_alias
from .query import search_of

# Searches under way in this process; a stuck one ends by the client's own limit on every read.
THREADS = 8
READ = (
    "timed_out,_shards.failed,hits.total.value,hits.hits._id,aggregations.**.key,aggregations.**.doc_count,"
    "aggregations.**.value"
)


class ElasticsearchEngine:
    """
    Answers within its patience in all, however slowly the bytes come, or is unavailable.

    The patience is ELASTICSEARCH_PATIENCE_S where none is given.
    """

    name = "Elasticsearch"

    def __init__(self, patience_s: float | None = None) -> None:
        self._patience_s = patience_s
        # The client limits each read from the network, not their sum: a thread waits for the whole answer.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="elasticsearch")

    def find(self, request: SearchRequest) -> SearchHits:
        """Find one page; one beyond the end is asked for once more, as the last one."""
        hits = self._page(request)
        last = -(-hits.total // request.page_size)
        return self._page(replace(request, page=last)) if 0 < last < request.page else hits

    def _page(self, request: SearchRequest) -> SearchHits:
        patience_s = self._patience_s or settings.ELASTICSEARCH_PATIENCE_S
        search = search_of(request, live_alias()).extra(timeout=f"{round(patience_s * 1000)}ms").to_dict()
        asked = self._threads.submit(_ask, self._client(), live_alias(), search)
        try:
            answer = asked.result(timeout=patience_s)
        except TooLateError as error:
            asked.cancel()
            raise EngineUnavailableError("no answer in time") from error
        except BadRequestError as error:
            raise EngineRefusedError(str(error)[:200]) from error
        except (ApiError, TransportError) as error:
            raise EngineUnavailableError(str(error)[:200]) from error
        try:
            return _hits(answer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EngineUnavailableError("not an answer of a search") from error

    def find_all(self, requests: Sequence[SearchRequest]) -> Iterator[SearchHits]:
        """Find pages one after the other, as they are asked for."""
        return map(self.find, requests)

    def _client(self) -> Elasticsearch:
        if self._patience_s is None:
            return client.searching()
        return client.searching().options(request_timeout=self._patience_s)


def _ask(elastic: Elasticsearch, index: str, search: dict[str, Any]) -> Any:
    return elastic.search(
        index=index, body=search, allow_partial_search_results=False, filter_path=READ, request_cache=False
    ).body


def _hits(answer: Any) -> SearchHits:
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise EngineUnavailableError("only a part of the index answered")
    low, high = prices_in(answer["aggregations"])
    return SearchHits(
        product_ids=tuple(int(hit["_id"].partition("-")[2]) for hit in answer["hits"].get("hits", ())),
        total=answer["hits"]["total"]["value"],
        counts=counts_in(answer["aggregations"]),
        low_minor=low,
        high_minor=high,
    )
