"""Slots of the money pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class ReferenceLabel:
    """How a page calls an opaque reference or owner, and where it leads."""

    text: str
    url: str = ""


LabelProvider = Callable[[HttpRequest, Sequence[str]], Mapping[str, ReferenceLabel]]


@dataclass
class ReferenceLabels:
    """
    Higher tribes name their references (`order:…`, `line:…`, `seller:…`) in batches.

    A `search` provider turns what a person types (an order number) into references.
    """

    providers: list[LabelProvider] = field(default_factory=list)
    searches: list[Callable[[HttpRequest, str], Sequence[str]]] = field(default_factory=list)

    def provider(self, function: LabelProvider) -> LabelProvider:
        self.providers.append(function)
        return function

    def search(
        self, function: Callable[[HttpRequest, str], Sequence[str]]
    ) -> Callable[[HttpRequest, str], Sequence[str]]:
        self.searches.append(function)
        return function

    def labels(self, request: HttpRequest, references: Sequence[str]) -> dict[str, ReferenceLabel]:
        """Return a label for each reference; one that nobody names is its own label."""
        wanted = sorted({reference for reference in references if reference})
        found = {reference: ReferenceLabel(reference) for reference in wanted}
        for provider in self.providers:
            found.update(provider(request, wanted))
        return found

    def find(self, request: HttpRequest, text: str) -> list[str]:
        """Return the references that a typed text may mean."""
        return [reference for search in self.searches for reference in search(request, text)]


REFERENCE_LABELS = ReferenceLabels()
