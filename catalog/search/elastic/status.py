"""What Elasticsearch says of the live index, for the staff's page."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError

from . import client
from .mapping import live_alias

PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """`address` is without credentials; `name` is empty where no index was built, `error` says why nothing is known."""

    address: str
    name: str = ""
    document_count: int = 0
    offer_count: int = 0
    size_bytes: int = 0
    error: str = ""


def index_status() -> IndexStatus:
    """Ask Elasticsearch, for two seconds at most."""
    parts = urlsplit(settings.ELASTICSEARCH_URL or "")
    address = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    try:
        return _asked(client.indexing().options(request_timeout=PATIENCE_S), address)
    except (ApiError, TransportError) as error:
        return IndexStatus(address, error=str(error)[:200])


def _asked(elastic: Elasticsearch, address: str) -> IndexStatus:
    if not elastic.indices.exists_alias(name=live_alias()):
        return IndexStatus(address)
    count = elastic.count(index=live_alias())["count"]
    (name, stats), *_others = elastic.indices.stats(index=live_alias(), metric="docs,store")["indices"].items()
    whole = stats["primaries"]
    # Nested offers are documents of their own to the engine.
    return IndexStatus(address, name, count, whole["docs"]["count"] - count, whole["store"]["size_in_bytes"])
