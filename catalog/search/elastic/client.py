"""The clients of Elasticsearch: one that hurries for shoppers, one that waits for the indexer."""

from functools import cache

from django.conf import settings
from elasticsearch import Elasticsearch

INDEXING_S = 30.0
CONNECTIONS = 8


def is_configured() -> bool:
    return settings.ELASTICSEARCH_URL is not None


def searching() -> Elasticsearch:
    """Return the client of this process that gives up early and never tries twice."""
    return _client(settings.ELASTICSEARCH_URL or "", settings.ELASTICSEARCH_API_KEY, settings.ELASTICSEARCH_PATIENCE_S)


def indexing() -> Elasticsearch:
    """Return the client of this process for writes and rebuilds."""
    return _client(settings.ELASTICSEARCH_URL or "", settings.ELASTICSEARCH_API_KEY, INDEXING_S)


@cache
def _client(url: str, api_key: str | None, timeout_s: float) -> Elasticsearch:
    return Elasticsearch(
        url,
        api_key=api_key,
        request_timeout=timeout_s,
        max_retries=0,
        retry_on_timeout=False,
        connections_per_node=CONNECTIONS,
        # There is one address: a node that failed is asked again as soon as the circuit breaker allows it.
        dead_node_backoff_factor=0,
        http_compress=False,
    )
