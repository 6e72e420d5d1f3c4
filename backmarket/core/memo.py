"""Remember what a function read, for a short while in this process: for large facts that a cache would copy anew."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

Value = TypeVar("Value")
_memos: "list[Memo[object]]" = []


class Memo(Generic[Value]):
    """
    A reader without arguments whose value is kept for `seconds`.

    Two threads may read at the same time; the later value stays.
    """

    def __init__(self, read: Callable[[], Value], seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._kept: tuple[float, Value] | None = None
        _memos.append(self)  # type: ignore[arg-type]  # only ever forgotten

    def __call__(self) -> Value:
        kept = self._kept
        if kept is not None and kept[0] > monotonic():
            return kept[1]
        value = self._read()
        self._kept = (monotonic() + self._seconds, value)
        return value

    def forget(self) -> None:
        self._kept = None


def memo(seconds: float) -> "Callable[[Callable[[], Value]], Memo[Value]]":
    """Decorate a reader: `@memo(60)`."""
    return lambda read: Memo(read, seconds)


def forget_all() -> None:
    """Let every reader read anew, as tests need between each other."""
    for kept in _memos:
        kept.forget()
