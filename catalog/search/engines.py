"""Choose the engine that answers: Elasticsearch where there is one and while it is well, else PostgreSQL."""

import logging
from collections.abc import Iterator, Sequence

from .breaker import CircuitBreaker, State
from .elastic import client
from .elastic.engine import ElasticsearchEngine
from .postgres import PostgresEngine
from .requests import EngineRefusedError, EngineUnavailableError, SearchEngine, SearchHits, SearchRequest

logger = logging.getLogger(__name__)


class GuardedEngine:
    """Elasticsearch behind a circuit breaker, with PostgreSQL for every request that it does not answer."""

    def __init__(self, first: SearchEngine, second: SearchEngine, breaker: CircuitBreaker) -> None:
        self.first = first
        self.second = second
        self.breaker = breaker

    @property
    def name(self) -> str:
        """The engine that the next request is answered by, as far as one can tell."""
        return self.first.name if self.breaker.state == State.CLOSED else self.second.name

    def find(self, request: SearchRequest) -> SearchHits:
        """Find one page; the shopper waits for the first engine's time limit at most."""
        hits = self._asked(request) if self.breaker.allows() else None
        return self.second.find(request) if hits is None else hits

    def find_all(self, requests: Sequence[SearchRequest]) -> Iterator[SearchHits]:
        """Find several pages; where the first engine fails in one, the second answers all the rest."""
        for place, request in enumerate(requests):
            hits = self._asked(request) if self.breaker.allows() else None
            if hits is None:
                yield from self.second.find_all(requests[place:])
                return
            yield hits

    def _asked(self, request: SearchRequest) -> SearchHits | None:
        try:
            hits = self.first.find(request)
        except EngineRefusedError as error:
            # Whoever writes odd searches must not switch the engine off for others.
            logger.exception("%s refused a search", self.first.name, exc_info=error)
            self.breaker.succeeded()
            return None
        except EngineUnavailableError as error:
            self.breaker.failed()
            logger.warning("%s did not answer a search (%s); breaker %s", self.first.name, error, self.breaker.state)
            return None
        except BaseException:
            self.breaker.failed()
            raise
        self.breaker.succeeded()
        return hits


POSTGRES = PostgresEngine()
# Whoever measures what is found waits for a server that has only just started.
PATIENT = ElasticsearchEngine(patience_s=5)
GUARDED = GuardedEngine(ElasticsearchEngine(), POSTGRES, CircuitBreaker())


def current_engine() -> SearchEngine:
    """Return the engine of this process."""
    return GUARDED if client.is_configured() else POSTGRES


def find(request: SearchRequest) -> SearchHits:
    """Ask the engine in use."""
    return current_engine().find(request)


def find_all(requests: Sequence[SearchRequest]) -> Iterator[SearchHits]:
    """Ask the engine in use for several pages."""
    return current_engine().find_all(requests)


def is_first_choice() -> bool:
    """Tell whether the engine that is meant to answer does, as far as this process saw."""
    return not client.is_configured() or GUARDED.breaker.state == State.CLOSED


def engines_that_answer() -> list[SearchEngine]:
    """Return every engine that can be asked now, to look at them side by side."""
    if not client.is_configured():
        return [POSTGRES]
    try:
        PATIENT.find(SearchRequest(market="FR", page_size=1))
    except EngineUnavailableError as error:
        logger.warning("%s does not answer: %s", PATIENT.name, error)
        return [POSTGRES]
    return [POSTGRES, PATIENT]
