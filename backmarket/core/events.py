"""
Event types and their handlers: `define` names what happens, `@on` says who reacts, in which queue.

Delivery is at least once and unordered, so handlers read current state instead of trusting the payload.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .queues import Queue

NAME = re.compile(r"^(core|accounts|notify|payments|catalog|checkout|care|merchants)\.[a-z_]+\.[a-z_]+\.v\d+$")


@dataclass(frozen=True, slots=True)
class EventType:
    """`name` is `<tribe>.<aggregate>.<past_tense>.v<n>`; `fields` are the payload's keys: ids and few facts."""

    name: str
    fields: frozenset[str]
    meaning: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a handler sees it."""

    id: int
    type: str
    key: str
    payload: dict[str, Any]
    occurred_at: datetime


HandlerFunction = Callable[[Event, datetime], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """
    A reaction. A plain handler runs inside one transaction with its inbox row; a `flow` handler talks to
    the network, runs outside any transaction and is resumable from what it stored.
    """

    name: str
    event_type: str
    queue: Queue
    function: HandlerFunction
    flow: bool


_types: dict[str, EventType] = {}
_handlers: dict[str, list[Handler]] = {}


def define(name: str, *fields: str, meaning: str) -> EventType:
    """
    Declare an event type, once.

    :raises ValueError: the name is malformed or taken
    """
    if not NAME.match(name) or name in _types:
        raise ValueError(f"event name {name!r} is malformed or taken")
    _types[name] = EventType(name, frozenset(fields), meaning)
    return _types[name]


def on(event_type: EventType, *, queue: Queue, flow: bool = False) -> Callable[[HandlerFunction], HandlerFunction]:
    """Register a handler `(event, now)` of an event type."""

    def register(function: HandlerFunction) -> HandlerFunction:
        name = f"{function.__module__}.{function.__name__}"
        _handlers.setdefault(event_type.name, []).append(Handler(name, event_type.name, queue, function, flow))
        return function

    return register


def event_types() -> list[EventType]:
    return sorted(_types.values(), key=lambda event_type: event_type.name)


def handlers_of(event_type_name: str) -> list[Handler]:
    return _handlers.get(event_type_name, [])


def all_handlers() -> list[Handler]:
    return [handler for handlers in _handlers.values() for handler in handlers]
