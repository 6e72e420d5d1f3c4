"""Choose the engine that answers."""

from .postgres import PostgresEngine
from .requests import SearchHits, SearchRequest

POSTGRES = PostgresEngine()


def find(request: SearchRequest) -> SearchHits:
    """Ask the engine in use."""
    return POSTGRES.find(request)
