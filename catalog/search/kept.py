"""Keep in this process what is dear to read and may be some seconds old."""

from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class _Slot(Generic[ValueT]):
    """One value; whoever finds it too old reads it anew while the others go on with the old one."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.held: tuple[ValueT, float] | None = None

    def get(self, read: Callable[[], ValueT], seconds: float) -> ValueT:
        held = self.held
        if held is not None and monotonic() < held[1]:
            return held[0]
        # Who has nothing yet waits for it.
        if not self.lock.acquire(blocking=held is None) and held is not None:
            return held[0]
        try:
            if self.held is None or self.held is held:
                self.held = (read(), monotonic() + seconds)
            return self.held[0]
        finally:
            self.lock.release()


class Kept(Generic[ValueT]):
    """Values by key, each read again after some seconds; Django's cache would copy them at each question."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._slots: dict[Hashable, _Slot[ValueT]] = {}

    def get(self, key: Hashable, read: Callable[[], ValueT]) -> ValueT:
        return self._slots.setdefault(key, _Slot()).get(read, self._seconds)

    def forget(self) -> None:
        self._slots.clear()
