"""Where each cent of a reference went, as columns of nodes joined by ribbons; geometry only, drawn by a template."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from backmarket.core.money import Money

WIDTH = 1140
BAR = 9
TOP = 54
HEIGHT = 300
LABEL_ROOM = 40
COLUMN_X = (0, 190, 420, 660, 930)


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount from a node of one column to a node of the next; nodes are known by their key."""

    source: str
    target: str
    amount: Money


@dataclass(slots=True)
class Node:
    """A bar with its label; `tone` is a colour of the tokens."""

    key: str
    column: int
    label: str
    tone: str
    amount: Money
    y: float = 0.0
    height: float = 0.0
    out_y: float = field(default=0.0)
    in_y: float = field(default=0.0)

    @property
    def box(self) -> dict[str, str]:
        x = COLUMN_X[self.column]
        return {
            "x": str(x),
            "y": f"{self.y:.1f}",
            "height": f"{self.height:.1f}",
            "text_x": str(x + 16),
            "text_y": f"{self.y + 14:.1f}",
            "label_y": f"{self.y + 30:.1f}",
        }


@dataclass(frozen=True, slots=True)
class Ribbon:
    path: str
    tone: str
    amount: Money
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Picture:
    nodes: list[Node]
    ribbons: list[Ribbon]
    height: int
    columns: list[dict[str, str]]


def draw(nodes: Sequence[Node], flows: Sequence[Flow], titles: Sequence[str]) -> Picture | None:
    """Lay out nodes and ribbons; None when there is nothing to draw."""
    largest = max((node.amount.amount_minor for node in nodes), default=0)
    shown = [node for node in nodes if node.amount.amount_minor > 0]
    if not shown or largest <= 0:
        return None
    scale = HEIGHT / largest
    bottom = max(_stack([node for node in shown if node.column == column], scale) for column in range(len(titles)))
    by_key = {node.key: node for node in shown}
    ribbons = [
        _ribbon(by_key[flow.source], by_key[flow.target], flow, scale)
        for flow in flows
        if flow.amount.amount_minor > 0 and flow.source in by_key and flow.target in by_key
    ]
    columns = [{"x": str(x), "line_x": f"{x}.5", "title": title} for x, title in zip(COLUMN_X, titles, strict=True)]
    return Picture(shown, ribbons, int(bottom) + 8, columns)


def _stack(nodes: Sequence[Node], scale: float) -> float:
    y = float(TOP)
    for node in nodes:
        node.height = max(node.amount.amount_minor * scale, 3.0)
        node.y = node.out_y = node.in_y = y
        y += max(node.height + 16, LABEL_ROOM)
    return y


def _ribbon(source: Node, target: Node, flow: Flow, scale: float) -> Ribbon:
    thick = max(flow.amount.amount_minor * scale, 1.0)
    x0, x1 = COLUMN_X[source.column] + BAR, COLUMN_X[target.column]
    middle = (x0 + x1) / 2
    a, b = source.out_y, target.in_y
    source.out_y += thick
    target.in_y += thick
    path = (
        f"M{x0} {a:.1f}C{middle:.1f} {a:.1f} {middle:.1f} {b:.1f} {x1} {b:.1f}V{b + thick:.1f}"
        f"C{middle:.1f} {b + thick:.1f} {middle:.1f} {a + thick:.1f} {x0} {a + thick:.1f}Z"
    )
    return Ribbon(path, target.tone, flow.amount, source.label, target.label)
