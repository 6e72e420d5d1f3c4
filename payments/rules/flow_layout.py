"""Lay out a flow of money as ribbons between columns of bars; pure arithmetic in SVG units."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

HEAD = 54.0
HEIGHT = 300.0
GAP = 40.0
BAR = 9
THINNEST = 2.0
# A bar at least this high carries its label beside it, a thin one above it.
LABEL = 36.0


@dataclass
class Node:
    """A bar; `amount` is what flows through it in minor units."""

    key: str
    column: int
    label: str
    note: str
    tone: str
    amount: int
    top: float = 0.0
    height: float = 0.0
    left: int = 0
    used_in: float = field(default=0.0, repr=False)
    used_out: float = field(default=0.0, repr=False)

    @property
    def label_y(self) -> float:
        return self.top + (20 if self.height > LABEL else -18)

    @property
    def note_y(self) -> float:
        return self.label_y + 15


@dataclass(frozen=True, slots=True)
class Link:
    source: str
    target: str
    amount: int
    tone: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    path: str
    tone: str
    amount: int


@dataclass(frozen=True, slots=True)
class Picture:
    nodes: Sequence[Node]
    ribbons: Sequence[Ribbon]
    lefts: Sequence[int]
    height: int


def lay_out(nodes: Sequence[Node], links: Sequence[Link], lefts: Sequence[int]) -> Picture:
    """
    Place bars under each other, as high as their amount, and draw the links between them.

    Nothing is thinner than a line one can see, so that a cent shows.
    """
    tallest = max((node.amount for node in nodes), default=0) or 1
    scale = HEIGHT / tallest
    columns: dict[int, float] = defaultdict(lambda: HEAD)
    for node in nodes:
        node.left = lefts[node.column]
        node.height = max(node.amount * scale, THINNEST)
        node.top = columns[node.column]
        columns[node.column] += node.height + GAP
    by_key = {node.key: node for node in nodes}
    ribbons = [_ribbon(by_key[link.source], by_key[link.target], link, scale) for link in links if link.amount > 0]
    return Picture(nodes, ribbons, lefts, round(max(columns.values(), default=HEAD)))


def _ribbon(source: Node, target: Node, link: Link, scale: float) -> Ribbon:
    thickness = max(link.amount * scale, THINNEST)
    start, end = source.top + source.used_out, target.top + target.used_in
    source.used_out += thickness
    target.used_in += thickness
    left, right = source.left + BAR, target.left
    middle = (left + right) / 2
    path = (
        f"M{left} {start:.1f}C{middle:.1f} {start:.1f} {middle:.1f} {end:.1f} {right} {end:.1f}"
        f"V{end + thickness:.1f}C{middle:.1f} {end + thickness:.1f} {middle:.1f} {start + thickness:.1f}"
        f" {left} {start + thickness:.1f}Z"
    )
    return Ribbon(path, link.tone, link.amount)
