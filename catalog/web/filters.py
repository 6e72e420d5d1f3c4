"""How the filters beside a grid are laid out: which stand open, what is shown first, where bars are drawn."""

from dataclasses import dataclass
from itertools import pairwise

from backmarket.core.money import Money
from catalog.rules.facets import MINOR_UNITS
from catalog.selectors.pages.facets import Facet, FacetOption, Facets, PriceBar

SHOWN_FIRST = 8
# Two more are shown rather than hidden behind a click.
SHOWN_AT_MOST = 10
SWATCHES_FIRST = 9
OPEN_GROUPS = 6
KINDS = {"colour": "swatches", "grade": "grades", "rating": "ratings"}
# What frontend/src/lib/slider.js counts on: stops between two neighbouring bounds of the histogram.
STEPS = 5
# Whole numbers only: the drawing is stretched to the column, and no language writes them otherwise.
BAR_WIDTH = 100
HEIGHT = 64
LEAST_HEIGHT = 2
# The gap between bars is a share of the whole width, so that few bars stand as close as many.
GAP_SHARE = 0.008
OPEN_END = 1000


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """A facet as it is laid out: `rest` is folded away; `kind` is checks, radios, swatches, grades or ratings."""

    facet: Facet
    kind: str
    first: tuple[FacetOption, ...]
    rest: tuple[FacetOption, ...]
    chosen_count: int
    is_open: bool

    @property
    def control(self) -> str:
        """Name the type of the inputs."""
        return "radio" if self.facet.is_single else "checkbox"

    @property
    def template(self) -> str:
        """Name the template of the options."""
        return f"catalog/parts/{'swatches' if self.kind == 'swatches' else 'options'}.html"

    @property
    def is_searched(self) -> bool:
        """Tell whether so many names are better found by typing."""
        return bool(self.rest) and self.kind == "checks"

    @property
    def is_rest_open(self) -> bool:
        return any(option.is_chosen for option in self.rest)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the histogram in the drawing's own units."""

    x: int
    y: int
    width: int
    height: int
    is_inside: bool


@dataclass(frozen=True, slots=True)
class PriceSlider:
    """
    The histogram and the two thumbs below it.

    `edges` are the bounds of the buckets in whole units; each bucket is `STEPS` stops wide, so that a stop is as far
    from the next in the drawing as on the scale.
    """

    bars: tuple[Bar, ...]
    edges: tuple[int, ...]
    low_stop: int
    high_stop: int
    low: Money
    high: Money

    @property
    def last_stop(self) -> int:
        return STEPS * len(self.bars)

    @property
    def width(self) -> int:
        return BAR_WIDTH * len(self.bars)

    @property
    def stop_width(self) -> int:
        return BAR_WIDTH // STEPS

    @property
    def line_x(self) -> int:
        return self.low_stop * self.stop_width

    @property
    def line_width(self) -> int:
        return (self.high_stop - self.low_stop) * self.stop_width

    @property
    def is_low_on_top(self) -> bool:
        """Tell where both thumbs meet at the right: only the lower one has room to move."""
        return 2 * self.low_stop > self.last_stop


def filter_groups(facets: Facets) -> list[FilterGroup]:
    """Lay out every group: the first ones and those with a choice stand open."""
    return [_group(facet, place) for place, facet in enumerate(facets.groups)]


def _group(facet: Facet, place: int) -> FilterGroup:
    kind = KINDS.get(facet.key, "radios" if facet.is_single else "checks")
    first = _shown_first(facet, kind)
    return FilterGroup(
        facet=facet,
        kind=kind,
        first=facet.options[:first],
        rest=facet.options[first:],
        chosen_count=sum(option.is_chosen for option in facet.options),
        is_open=place < OPEN_GROUPS or facet.is_chosen,
    )


def _shown_first(facet: Facet, kind: str) -> int:
    if kind == "swatches":
        return SWATCHES_FIRST
    return len(facet.options) if len(facet.options) <= SHOWN_AT_MOST else SHOWN_FIRST


def price_slider(facets: Facets, *, from_minor: int | None, to_minor: int | None, currency: str) -> PriceSlider | None:
    """Draw the prices; nothing where all of them are in one bucket."""
    histogram = facets.histogram
    if len(histogram) < 2:
        return None
    edges = _edges(histogram, facets.high_minor)
    low_stop = _stop(edges, from_minor) if from_minor is not None else 0
    high_stop = _stop(edges, to_minor) if to_minor is not None else STEPS * len(histogram)
    low_stop = min(low_stop, STEPS * len(histogram) - 1)
    high_stop = max(high_stop, low_stop + 1)
    return PriceSlider(
        bars=tuple(_bars(histogram)),
        edges=tuple(edges),
        low_stop=low_stop,
        high_stop=high_stop,
        low=Money(from_minor if from_minor is not None else edges[0] * MINOR_UNITS, currency),
        high=Money(to_minor if to_minor is not None else edges[-1] * MINOR_UNITS, currency),
    )


def _edges(histogram: list[PriceBar], high_minor: int | None) -> list[int]:
    last = histogram[-1]
    end = last.to_minor // MINOR_UNITS if last.to_minor is not None else _open_end(last, high_minor)
    return [*(bar.from_minor // MINOR_UNITS for bar in histogram), end]


def _open_end(last: PriceBar, high_minor: int | None) -> int:
    """Close the bucket that has no upper end at the next thousand above the highest price."""
    start = last.from_minor // MINOR_UNITS
    above = max(0, (high_minor or last.from_minor) - last.from_minor) // MINOR_UNITS
    return start + OPEN_END * (above // OPEN_END + 1)


def _stop(edges: list[int], price_minor: int) -> int:
    """Return the stop nearest to a price; prices outside are at the ends."""
    price = price_minor / MINOR_UNITS
    for place, (low, high) in enumerate(pairwise(edges)):
        if price < high:
            return STEPS * place + round(STEPS * max(0.0, price - low) / (high - low))
    return STEPS * (len(edges) - 1)


def _bars(histogram: list[PriceBar]) -> list[Bar]:
    most = max(bar.count for bar in histogram) or 1
    gap = round(GAP_SHARE * BAR_WIDTH * len(histogram))
    return [_bar(place, bar, most, gap) for place, bar in enumerate(histogram)]


def _bar(place: int, bar: PriceBar, most: int, gap: int) -> Bar:
    height = max(LEAST_HEIGHT, round(HEIGHT * bar.count / most)) if bar.count else 0
    return Bar(place * BAR_WIDTH + gap // 2, HEIGHT - height, BAR_WIDTH - gap, height, bar.is_inside)
