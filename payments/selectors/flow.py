"""Where the money of one reference came from, whom it was shared among and where it is now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from backmarket.core.money import Money
from payments.enums import AccountKind as A
from payments.enums import EntryKind as E
from payments.enums import PayoutState
from payments.models import PayoutLine

from .views import EntryView, PostingView

_HOUSE = {A.COMMISSION_REVENUE, A.TAX_PAYABLE, A.SERVICE_REVENUE, A.PROTECTION_PAYABLE, A.WRITE_OFF}
_SELLER = {A.SELLER_PENDING, A.SELLER_PAYABLE}
_REFUNDS = {E.REFUND_CREATED, E.REFUND_FAILED}
_PAID_IN = {E.SALE_CAPTURED, E.STORED_VALUE_SPENT}
_PAID_BACK = {E.REFUND_PAID, E.REFUND_CREDITED}


@dataclass
class SellerPart:
    """
    What one seller earned by the reference, in minor units: `earned` = `given_back` + what follows `promoted_back`.

    The house added `promoted` to what the shopper paid for it, and got `promoted_back` of that from refunds.
    """

    earned: int = 0
    given_back: int = 0
    promoted: int = 0
    promoted_back: int = 0
    pending: int = 0
    payable: int = 0
    on_its_way: int = 0
    paid_out: int = 0


@dataclass
class Flow:
    """
    One currency of one reference, in minor units; `captured` is what was paid in, stored value with it.

    `captured` + `promotion` = `waiting` + `refunded_from_funds` + what the sellers and the house earned.
    """

    currency: str
    captured: int = 0
    waiting: int = 0
    refunded_from_funds: int = 0
    refunded_by_house: int = 0
    refund_paid: int = 0
    refund_on_its_way: int = 0
    house_earned: int = 0
    tax: int = 0
    protection: int = 0
    provider_fee: int = 0
    sellers: dict[str, SellerPart] = field(default_factory=lambda: defaultdict(SellerPart))

    @property
    def kept(self) -> int:
        """What stays with the house after all that follows; negative: a cost."""
        costs = self.tax + self.protection + self.provider_fee + self.promotion - self.promotion_back
        return self.house_earned - self.refunded_by_house - costs

    @property
    def promotion(self) -> int:
        """What the house added to what the shopper paid."""
        return sum(part.promoted for part in self.sellers.values())

    @property
    def promotion_back(self) -> int:
        """What of it came back by refunds."""
        return sum(part.promoted_back for part in self.sellers.values())

    @property
    def refunded(self) -> int:
        return self.refund_paid + self.refund_on_its_way

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


def flow_of(entries: Iterable[EntryView]) -> dict[str, Flow]:
    """Sum the entries of a reference by currency; what a payout took of it is looked up in its statement."""
    entries = list(entries)
    flows: dict[str, Flow] = {}
    for entry in entries:
        for posting in entry.postings:
            currency = posting.amount.currency
            _add(flows.setdefault(currency, Flow(currency)), entry.kind, posting)
        _add_promotion(flows, entry)
    _add_payouts(flows, {entry.reference for entry in entries})
    return flows


def _add(flow: Flow, kind: str, posting: PostingView) -> None:
    account, minor = posting.account_kind, posting.amount.amount_minor
    if account in _SELLER:
        _add_seller(flow.sellers[posting.account_owner], kind, account, minor)
    elif account in _HOUSE:
        _add_house(flow, kind, account, minor)
    elif account == A.CUSTOMER_FUNDS:
        flow.waiting -= minor
        flow.captured -= minor if kind in _PAID_IN else 0
        flow.refunded_from_funds += minor if kind in _REFUNDS else 0
    elif account == A.REFUND_PAYABLE:
        flow.refund_on_its_way -= minor
        flow.refund_paid += minor if kind in _PAID_BACK else 0
    elif account == A.PROVIDER_FEE_EXPENSE:
        flow.provider_fee += minor


def _add_seller(part: SellerPart, kind: str, account: str, minor: int) -> None:
    part.earned -= minor if kind == E.LINE_DISPATCHED else 0
    part.given_back += minor if kind in _REFUNDS else 0
    if account == A.SELLER_PENDING:
        part.pending -= minor
    else:
        part.payable -= minor


def _add_house(flow: Flow, kind: str, account: str, minor: int) -> None:
    if kind in _REFUNDS:
        flow.refunded_by_house += minor
    else:
        flow.house_earned -= minor
    flow.tax -= minor if account == A.TAX_PAYABLE else 0
    flow.protection -= minor if account == A.PROTECTION_PAYABLE else 0


def _add_promotion(flows: dict[str, Flow], entry: EntryView) -> None:
    """Note for which seller the house added to the sale: a dispatch and a refund know one seller each."""
    owners = [posting.account_owner for posting in entry.postings if posting.account_kind in _SELLER]
    for posting in entry.postings:
        if posting.account_kind == A.PROMOTION_EXPENSE:
            part = flows[posting.amount.currency].sellers[owners[0] if owners else ""]
            if entry.kind == E.LINE_DISPATCHED:
                part.promoted += posting.amount.amount_minor
            else:
                part.promoted_back -= posting.amount.amount_minor


def _add_payouts(flows: dict[str, Flow], references: set[str]) -> None:
    settled = (
        PayoutLine.objects.filter(posting__entry__reference__in=references)
        .exclude(posting__entry__kind__in=(E.PAYOUT_CREATED, E.PAYOUT_RETURNED))
        .exclude(payout__state=PayoutState.RETURNED)
        .values_list("payout__state", "posting__account__owner", "posting__account__currency", "posting__amount_minor")
    )
    for state, owner, currency, minor in settled:
        part = flows[currency].sellers[owner]
        part.payable += minor
        if state == PayoutState.PAID:
            part.paid_out -= minor
        else:
            part.on_its_way -= minor
