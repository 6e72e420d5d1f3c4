"""What a trail says in a few figures, and whether it holds together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from backmarket.core.money import Money
from payments.enums import AccountKind as A

OURS = (A.COMMISSION_REVENUE, A.SERVICE_REVENUE, A.WRITE_OFF, A.PROVIDER_FEE_EXPENSE)
SELLERS = (A.SELLER_PENDING, A.SELLER_PAYABLE, A.SELLER_RESERVE)


class PostingFacts(Protocol):
    """A leg of a trail; debit positive."""

    @property
    def account_kind(self) -> str: ...
    @property
    def account_owner(self) -> str: ...
    @property
    def amount(self) -> Money: ...


class EntryFacts(Protocol):
    """An entry of a trail."""

    @property
    def kind(self) -> str: ...
    @property
    def postings(self) -> Sequence[PostingFacts]: ...


@dataclass(frozen=True, slots=True)
class TrailFacts:
    """Figures of one reference in one currency; `off_by` is what its postings do not sum to zero by."""

    currency: str
    came_in: Money
    customer_funds: Money
    to_sellers: Money
    refund_pending: Money
    refund_done: Money
    ours: Money
    provider_fee: Money
    tax: Money
    off_by: Money

    @property
    def back_to_shopper(self) -> Money:
        return self.refund_pending + self.refund_done

    @property
    def is_balanced(self) -> bool:
        return not self.off_by

    @property
    def refunds_within_captures(self) -> bool:
        return self.back_to_shopper <= self.came_in


def _sum(entries: Sequence[EntryFacts], kinds: Sequence[str], currency: str, *, of: str = "") -> int:
    return sum(
        posting.amount.amount_minor
        for entry in entries
        if not of or entry.kind == of
        for posting in entry.postings
        if posting.account_kind in kinds and posting.amount.currency == currency
    )


def trail_facts(entries: Sequence[EntryFacts], currency: str) -> TrailFacts:
    def net(*kinds: str, of: str = "", sign: int = -1) -> Money:
        return Money(sign * _sum(entries, kinds, currency, of=of), currency)

    every = [str(kind) for kind in A]
    return TrailFacts(
        currency=currency,
        came_in=net(A.PROVIDER_RECEIVABLE, of="sale_captured", sign=1),
        customer_funds=net(A.CUSTOMER_FUNDS),
        to_sellers=net(*SELLERS),
        refund_pending=net(A.REFUND_PAYABLE),
        refund_done=net(A.REFUND_PAYABLE, of="refund_paid", sign=1),
        ours=net(*OURS),
        provider_fee=net(A.PROVIDER_FEE_EXPENSE, sign=1),
        tax=net(A.TAX_PAYABLE),
        off_by=net(*every, sign=1),
    )


def currencies(entries: Sequence[EntryFacts]) -> list[str]:
    return sorted({posting.amount.currency for entry in entries for posting in entry.postings})


def running(entries: Sequence[EntryFacts]) -> list[dict[str, Money]]:
    """Return, after each entry, what is held for the customer, owed to sellers and on its way back."""
    watched = {"customer": (A.CUSTOMER_FUNDS,), "sellers": SELLERS, "refunds": (A.REFUND_PAYABLE,)}
    after = []
    for index in range(len(entries)):
        seen = entries[: index + 1]
        currency = currencies(seen)[-1]
        sums = {name: Money(-_sum(seen, kinds, currency), currency) for name, kinds in watched.items()}
        after.append({name: amount for name, amount in sums.items() if amount})
    return after
