"""The ledger, payments, refunds and payouts of the seeded orders: every cent as the services would have posted it."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from backmarket.core.money import Money
from backmarket.ops.seed.copying import copy_rows
from backmarket.ops.seed.orders import SeededOrder, paid_lines
from checkout.enums import CancelledBy, LineState, OrderState
from checkout.models import OrderLine
from checkout.rules import deadlines
from checkout.services.refunds import line_money, shares_after_dispatch
from payments.enums import AccountKind, BorneBy, EntryKind, PaymentState, PayoutState, RefundState
from payments.models import Account, Capture, Entry, Maturity, Payment, Payout, PayoutLine, Posting, Refund
from payments.rules import movements
from payments.rules.movements import Legs
from payments.rules.shares import RefundShares
from payments.sandbox.charges import fee_of

PROVIDER = "sandbox"
PAYOUT_DAYS = (6, 16, 26)


@dataclass
class Books:
    """The entries to write, with one account object a kind, owner and currency."""

    accounts: dict[tuple[str, str, str], Account] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    payable: dict[tuple[str, str], list[tuple[datetime, Posting]]] = field(default_factory=lambda: defaultdict(list))

    def post(self, kind: str, reference: str, legs: Legs, *, key: str, at: datetime, line: str = "") -> None:
        entry = Entry(kind=kind, reference=reference, line_reference=line, idempotency_key=key, occurred_at=at)
        self.entries.append(entry)
        for leg in legs:
            if not leg.amount:
                continue
            name = (str(leg.kind), leg.owner, leg.amount.currency)
            if name not in self.accounts:
                self.accounts[name] = Account(kind=name[0], owner=name[1], currency=name[2])
            posting = Posting(entry=entry, account=self.accounts[name], amount_minor=leg.amount.amount_minor)
            self.postings.append(posting)
            if leg.kind == AccountKind.SELLER_PAYABLE and kind != EntryKind.PAYOUT_CREATED:
                self.payable[leg.owner, leg.amount.currency].append((at, posting))


@dataclass
class Rows:
    payments: list[Payment] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    maturities: list[Maturity] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)
    payout_lines: list[PayoutLine] = field(default_factory=list)


def load_money(orders: Sequence[SeededOrder], *, now: datetime) -> list[Payment]:
    """Write all money of the orders; return the captured payments."""
    books, made = Books(), Rows()
    payment_of: dict[int, Payment] = {}
    for entry in orders:
        if entry.order.state == OrderState.PAID:
            payment_of[entry.order.pk] = _pay(entry, books, made)
    for entry, index, line in paid_lines(orders):
        line.order = entry.order
        if line.shipped_at is not None:
            _dispatch(line, entry.refunded_at.get(index), books, made, now=now)
        if index in entry.refunded_at:
            _refund(line, payment_of[entry.order.pk], entry.refunded_at[index], books, made)
    _pay_out(books, made, now=now)
    _write(books, made)
    return made.payments


def _pay(entry: SeededOrder, books: Books, made: Rows) -> Payment:
    order = entry.order
    at = order.paid_at or order.placed_at
    payment = Payment(
        public_id=uuid.uuid4(),
        reference=order.reference,
        amount_minor=order.total_minor,
        currency=order.currency,
        description=f"Order {order.number_text}",
        email=order.email,
        locale=order.locale,
        provider=PROVIDER,
        provider_ref=f"pay_{order.public_id.hex[:20]}",
        state=PaymentState.CAPTURED,
        key=f"{order.reference}:0",
        return_url="http://127.0.0.1/",
        created_at=order.placed_at,
        checked_at=at,
        captured_at=at,
    )
    order.payment_id = payment.public_id
    key = f"{PROVIDER}:{payment.provider_ref}"
    made.payments.append(payment)
    made.captures.append(
        Capture(payment=payment, amount_minor=order.total_minor, currency=order.currency, key=key, captured_at=at)
    )
    total = order.total
    books.post(
        EntryKind.SALE_CAPTURED,
        order.reference,
        movements.sale_captured(provider=PROVIDER, amount=total),
        key=f"sale:{key}",
        at=at,
    )
    books.post(
        EntryKind.PROVIDER_FEE,
        order.reference,
        movements.provider_fee(provider=PROVIDER, fee=fee_of(total)),
        key=f"fee:{payment.public_id}",
        at=at,
    )
    return payment


def _dispatch(line: OrderLine, refunded_at: datetime | None, books: Books, made: Rows, *, now: datetime) -> None:
    shipped_at = line.shipped_at or now
    money = line_money(line)
    owner = f"seller:{line.seller_id}"
    books.post(
        EntryKind.LINE_DISPATCHED,
        line.order.reference,
        movements.line_dispatched(
            owner=owner,
            gross=line.gross,
            commission=money.commission,
            commission_vat=money.commission_vat,
            jurisdiction=line.vat_jurisdiction,
            service_fee=money.service_fee,
            protection=money.protection,
            promotion=money.promotion,
            sales_tax=money.sales_tax,
            sales_tax_jurisdiction=line.tax_jurisdiction,
        ),
        key=f"dispatch:{line.reference}",
        at=shipped_at,
        line=line.reference,
    )
    due = deadlines.matures_at(shipped_at, market=line.order.market)
    refunded_before = refunded_at is not None and refunded_at < due
    matured = due <= now
    made.maturities.append(
        Maturity(
            reference=line.order.reference,
            line_reference=line.reference,
            owner=owner,
            amount_minor=0 if refunded_before else money.seller.amount_minor,
            currency=line.currency,
            matures_at=due,
            matured_at=due if matured else None,
        )
    )
    if matured and not refunded_before:
        books.post(
            EntryKind.MATURED,
            line.order.reference,
            movements.matured(owner=owner, amount=money.seller),
            key=f"mature:{line.reference}",
            at=due,
            line=line.reference,
        )


def _shares(line: OrderLine) -> RefundShares:
    if line.state == LineState.CANCELLED:
        return RefundShares.before_dispatch(line.total)
    return shares_after_dispatch(line, line_money(line), line.total, borne_by=BorneBy.SELLER)


def _refund(line: OrderLine, payment: Payment, at: datetime, books: Books, made: Rows) -> None:
    shares = _shares(line)
    due = deadlines.matures_at(line.shipped_at, market=line.order.market) if line.shipped_at else at
    from_pending = shares.seller if at < due else Money.zero(line.currency)
    by = "cancel" if line.cancelled_by == CancelledBy.SELLER else "refund"
    refund = Refund(
        public_id=uuid.uuid4(),
        payment=payment,
        reference=line.order.reference,
        line_reference=line.reference,
        amount_minor=line.total.amount_minor,
        currency=line.currency,
        state=RefundState.SUCCEEDED,
        key=f"{line.reference}:{by}",
        shares=shares.to_json(),
        seller_owner=f"seller:{line.seller_id}",
        from_pending_minor=from_pending.amount_minor,
        borne_by=BorneBy.SELLER,
        reason=line.cancel_reason or "returned by the shopper",
        provider_ref=f"re_{line.public_id.hex[:20]}",
        created_at=at,
        checked_at=at,
        settled_at=at,
    )
    made.refunds.append(refund)
    owner = f"seller:{line.seller_id}"
    created = movements.refund_created(amount=line.total, shares=shares, owner=owner, from_pending=from_pending)
    paid = movements.refund_paid(provider=PROVIDER, amount=line.total)
    reference, key = line.order.reference, str(refund.public_id)
    books.post(EntryKind.REFUND_CREATED, reference, created, key=f"refund:{key}", at=at, line=line.reference)
    books.post(EntryKind.REFUND_PAID, reference, paid, key=f"refund-paid:{key}", at=at, line=line.reference)


def _payout_days(now: datetime) -> list[datetime]:
    days = [now - timedelta(days=ago) for ago in range(100, 1, -1)]
    return [day.replace(hour=4, minute=0, second=0, microsecond=0) for day in days if day.day in PAYOUT_DAYS]


def _pay_out(books: Books, made: Rows, *, now: datetime) -> None:
    for (owner, currency), postings in sorted(books.payable.items()):
        waiting = sorted(postings, key=lambda pair: pair[0])
        for day in _payout_days(now):
            due = [posting for at, posting in waiting if at <= day]
            amount = Money(-sum(posting.amount_minor for posting in due), currency)
            if amount.amount_minor > 0:
                _payout(owner, amount, due, day, books, made)
                waiting = waiting[len(due) :]


def _payout(owner: str, amount: Money, due: list[Posting], day: datetime, books: Books, made: Rows) -> None:
    paid_at = day + timedelta(hours=6)
    payout = Payout(
        public_id=uuid.uuid4(),
        owner=owner,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        state=PayoutState.PAID,
        provider=PROVIDER,
        created_at=day,
        checked_at=paid_at,
        paid_at=paid_at,
    )
    payout.provider_ref = f"tr_{payout.public_id.hex[:20]}"
    made.payouts.append(payout)
    made.payout_lines.extend(PayoutLine(payout=payout, posting=posting) for posting in due)
    created = movements.payout_created(owner=owner, amount=amount)
    paid = movements.payout_paid(owner=owner, provider=PROVIDER, amount=amount)
    books.post(EntryKind.PAYOUT_CREATED, payout.reference, created, key=payout.reference, at=day)
    books.post(EntryKind.PAYOUT_PAID, payout.reference, paid, key=f"{payout.reference}:paid", at=paid_at)


def _write(books: Books, made: Rows) -> None:
    copy_rows(list(books.accounts.values()))
    books.entries.sort(key=lambda entry: entry.occurred_at)
    copy_rows(books.entries, without=["recorded_in"])
    copy_rows(books.postings, without=("occurred_at", "recorded_in", "is_late"))
    # The balance check of each entry plans by statistics; without them it reads the whole ledger each time.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE payments_account, payments_entry, payments_posting")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    copy_rows(made.payments)
    copy_rows(made.captures)
    copy_rows(made.refunds)
    copy_rows(made.maturities)
    copy_rows(made.payouts)
    copy_rows(made.payout_lines)
