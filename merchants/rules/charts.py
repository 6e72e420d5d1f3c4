"""Where the bars of a chart stand, in the units of its drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backmarket.core.money import Money

WIDTH, HEIGHT = 780, 214
LEFT, TOP, BOTTOM = 52, 12, 30
NICE_STEPS = (1, 2, 5)
WANTED_LINES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    day: date
    amount: Money
    x: float
    y: float
    width: float
    height: float
    middle: float
    is_last: bool


@dataclass(frozen=True, slots=True)
class GridLine:
    y: float
    amount: Money


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: list[Bar]
    lines: list[GridLine]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def nice_step(highest: int) -> int:
    """Return a round step, in whole major units, that cuts the highest value into about four."""
    unit = 100
    while True:
        for step in NICE_STEPS:
            if step * unit * WANTED_LINES >= highest:
                return step * unit
        unit *= 10


def bar_chart(days: Sequence[tuple[date, Money]]) -> BarChart:
    """Lay out one bar a day on a scale of round amounts, starting at zero."""
    currency = days[0][1].currency
    step = nice_step(max(amount.amount_minor for _, amount in days))
    top = step * WANTED_LINES
    room = HEIGHT - TOP - BOTTOM
    slot = (WIDTH - LEFT) / len(days)
    base = HEIGHT - BOTTOM
    bars = []
    for index, (day, amount) in enumerate(days):
        height = round(room * max(0, amount.amount_minor) / top, 1)
        x = round(LEFT + index * slot + slot * 0.13, 1)
        bars.append(
            Bar(
                day=day,
                amount=amount,
                x=x,
                y=round(base - height, 1),
                width=round(slot * 0.74, 1),
                height=height,
                middle=round(x + slot * 0.37, 1),
                is_last=index == len(days) - 1,
            )
        )
    lines = [
        GridLine(round(base - room * count / WANTED_LINES, 1), Money(step * count, currency)) for count in range(5)
    ]
    return BarChart(bars, lines)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole bar: where it starts and how wide it is, in per mille."""

    key: str
    count: int
    x: float
    width: float


def parts_of_bar(counts: Sequence[tuple[str, int]], *, width: int = 780, gap: int = 2) -> list[Part]:
    """Cut a bar into parts by count, leaving out what is empty."""
    filled = [(key, count) for key, count in counts if count]
    whole = sum(count for _, count in filled)
    room = width - gap * max(0, len(filled) - 1)
    parts, x = [], 0.0
    for key, count in filled:
        size = room * count / whole
        parts.append(Part(key, count, round(x, 1), round(size, 1)))
        x += size + gap
    return parts
