"""A circuit breaker: who failed a few times is not asked for a while, and then by one request only."""

import time
from collections.abc import Callable
from enum import StrEnum
from threading import Lock


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class CircuitBreaker:
    """
    Closed until `failures` calls in a row failed, then open for `pause_s`, then half open for one probing call.

    Its state is this process's own. Nobody waits for anybody: a call is allowed or not, at once.
    """

    def __init__(
        self, *, failures: int = 3, pause_s: float = 5.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._pause_s = pause_s
        self._monotonic = monotonic
        self._lock = Lock()
        self._failures = 0
        self._closed_again_at = 0.0
        self._is_probing = False

    @property
    def state(self) -> State:
        if self._failures < self._limit:
            return State.CLOSED
        return State.OPEN if self._monotonic() < self._closed_again_at else State.HALF_OPEN

    def allows(self) -> bool:
        """Tell whether to call now; whoever is told so reports how it went."""
        with self._lock:
            state = self.state
            if state == State.HALF_OPEN:
                is_first, self._is_probing = not self._is_probing, True
                return is_first
            return state == State.CLOSED

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0
            self._is_probing = False

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._is_probing = False
            self._closed_again_at = self._monotonic() + self._pause_s
