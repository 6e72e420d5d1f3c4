"""What Stripe accounts for: movements on our balance, and what it sent to our bank."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from payments.providers.base import Settlement, SettlementRow

from . import shapes
from .client import client, reading

if TYPE_CHECKING:
    from stripe.params import BalanceTransactionListParamsCreated

PAGE_SIZE = 100


class StripeReports:
    """See `payments.providers.base.ReportProvider`."""

    def balance_rows(self, *, since: datetime, until: datetime) -> Iterator[SettlementRow]:
        with reading():
            moved = client().v1.balance_transactions.list(
                {"created": _between(since, until), "limit": PAGE_SIZE, "expand": ["data.source"]}
            )
            for movement in moved.auto_paging_iter():
                yield shapes.settlement_row(movement)

    def settlements(self, *, since: datetime, until: datetime) -> Iterator[Settlement]:
        with reading():
            sent = client().v1.payouts.list({"created": _between(since, until), "limit": PAGE_SIZE})
            for payout in sent.auto_paging_iter():
                yield shapes.settlement(payout)

    def settlement_rows(self, settlement_ref: str) -> Iterator[SettlementRow]:
        with reading():
            moved = client().v1.balance_transactions.list(
                {"payout": settlement_ref, "limit": PAGE_SIZE, "expand": ["data.source"]}
            )
            for movement in moved.auto_paging_iter():
                yield shapes.settlement_row(movement)


def _between(since: datetime, until: datetime) -> "BalanceTransactionListParamsCreated":
    return {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
