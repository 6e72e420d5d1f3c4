"""
The one source of business time, so that tests and simulations can move it.

Entry points (views, tasks, handlers, commands) read it and hand the instant down; services never do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.utils import timezone

_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta(0))


def now() -> datetime:
    """Return the current instant in UTC, moved by any surrounding `travel`."""
    return timezone.now() + _shift.get()


@contextmanager
def travel(by: timedelta) -> Iterator[None]:
    """Move the clock for the duration of a block."""
    token = _shift.set(_shift.get() + by)
    try:
        yield
    finally:
        _shift.reset(token)
