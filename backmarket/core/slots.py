"""
Typed slots: a page of a lower tribe shows panels that higher tribes provide (architecture, rule 6).

The page names the slot; a higher tribe registers a batched provider in its `panels` module, which is loaded
at start. `manage.py slots` lists them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of a page: a template with its context, in the order of `weight`."""

    template: str
    context: Mapping[str, Any]
    weight: int = 50


Provider = Callable[[HttpRequest, Sequence[int]], Mapping[int, Panel]]


@dataclass
class Slot:
    """
    `subject` says whose primary keys the providers get.

    A provider takes the request and many keys, checks that the visitor may see what it shows, and answers a
    panel for each key that has one, in a fixed number of queries.
    """

    name: str
    subject: str
    providers: list[Provider] = field(default_factory=list)

    def provider(self, function: Provider) -> Provider:
        self.providers.append(function)
        return function

    def panels(self, request: HttpRequest, keys: Sequence[int]) -> dict[int, list[Panel]]:
        """Return the panels of each key, lightest first."""
        found: dict[int, list[Panel]] = defaultdict(list)
        for provider in self.providers:
            for key, panel in provider(request, keys).items():
                found[key].append(panel)
        return {key: sorted(panels, key=lambda panel: panel.weight) for key, panels in found.items()}


_slots: dict[str, Slot] = {}


def define(name: str, *, subject: str) -> Slot:
    """Declare a slot; its name is `<tribe>.<page>`."""
    if name in _slots:
        raise ValueError(f"slot {name!r} is taken")
    _slots[name] = Slot(name, subject)
    return _slots[name]


def all_slots() -> list[Slot]:
    return sorted(_slots.values(), key=lambda slot: slot.name)
