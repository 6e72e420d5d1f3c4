"""A seller's balances, payouts and statements, with the orders behind them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from checkout.selectors import orders
from payments.selectors import payouts
from payments.selectors.views import PayoutView, StatementLine


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of a statement with the order and device that it belongs to, where there is one."""

    line: StatementLine
    order_number: int | None
    order_text: str
    title: str


@dataclass(frozen=True, slots=True)
class Statement:
    payout: PayoutView
    movements: tuple[Movement, ...]


def owner_of(seller_id: int) -> str:
    """Return a seller's name in the ledger."""
    return f"seller:{seller_id}"


def statement_of(*, seller_id: int, public_id: UUID) -> Statement | None:
    """Return one of the seller's own payouts line by line, or None; the lines sum to the payout."""
    found = payouts.statement_for(owner=owner_of(seller_id), public_id=public_id)
    if found is None:
        return None
    payout, lines = found
    return Statement(payout, tuple(movements_of(seller_id, lines)))


def movements_of(seller_id: int, lines: Sequence[StatementLine]) -> list[Movement]:
    """Return lines with the seller's own orders and devices behind them, in one query."""
    known = own_lines(seller_id, (line.line_reference for line in lines))
    return [Movement(line, *known.get(line.line_reference, (None, "", ""))) for line in lines]


def own_lines(seller_id: int, references: Iterable[str]) -> dict[str, tuple[int, str, str]]:
    """Return number and text of the order, and the item, of those references that are the seller's own lines."""
    ids = {reference.removeprefix("line:") for reference in references if reference.startswith("line:")}
    rows = orders.lines_of_seller(seller_id=seller_id).filter(public_id__in=ids)
    return {line.reference: (line.order.number, line.order.number_text, str(line)) for line in rows}
