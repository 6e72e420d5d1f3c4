"""The money of one reference as nodes and flows: who paid, who gets it, where it is now."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from backmarket.core.money import Money
from payments.enums import AccountKind as A
from payments.enums import PayoutState
from payments.models import Maturity, PayoutLine
from payments.rules.facts import TrailFacts
from payments.rules.picture import Flow, Node, Picture, draw

from .views import EntryView

INK, SELLER, OURS, BACK, TAX, WAIT = "ink", "grade-excellent", "plum", "sky", "line-strong", "grade-good"


class _Sums:
    """Amounts of a trail by kind of entry, kind of account and owner, in one currency."""

    def __init__(self, entries: Sequence[EntryView], currency: str) -> None:
        self.currency = currency
        self._sums: dict[tuple[str, str, str], int] = defaultdict(int)
        for entry in entries:
            for posting in entry.postings:
                if posting.amount.currency == currency:
                    key = (entry.kind, posting.account_kind, posting.account_owner)
                    self._sums[key] += posting.amount.amount_minor

    def net(self, kinds: Sequence[str], *accounts: str, owner: str | None = None, sign: int = -1) -> Money:
        total = sum(
            minor
            for (kind, account, its_owner), minor in self._sums.items()
            if kind in kinds and account in accounts and owner in (None, its_owner)
        )
        return Money(sign * total, self.currency)

    @property
    def sellers(self) -> list[str]:
        return sorted({owner for kind, account, owner in self._sums if account == A.SELLER_PENDING})


def picture_of(
    reference: str, entries: Sequence[EntryView], facts: TrailFacts, name_of: Callable[[str], str]
) -> Picture | None:
    """Draw the money of a reference; `name_of` calls a seller by its name."""
    sums = _Sums(entries, facts.currency)
    if not facts.came_in:
        return None
    nodes, flows = _way_in(facts)
    refunds = ("refund_created", "refund_failed")
    paid_out = _paid_out(reference, facts.currency)
    for owner in sums.sellers:
        earned = sums.net(["line_dispatched"], A.SELLER_PENDING, owner=owner)
        back = sums.net(refunds, A.SELLER_PENDING, A.SELLER_PAYABLE, owner=owner, sign=1)
        nodes.append(Node(owner, 3, name_of(owner), SELLER, earned))
        flows += [Flow("funds", owner, earned), Flow(owner, "back", _at_most(back, earned))]
        for key, label, amount in _now(owner, reference, facts.currency, paid_out):
            nodes.append(Node(key, 4, label, SELLER if key.startswith("paid") else WAIT, amount))
            flows.append(Flow(owner, key, amount))
    ours = sums.net(["line_dispatched"], A.COMMISSION_REVENUE, A.SERVICE_REVENUE)
    ours_back = sums.net(refunds, A.COMMISSION_REVENUE, A.SERVICE_REVENUE, A.WRITE_OFF, sign=1)
    tax = sums.net(["line_dispatched"], A.TAX_PAYABLE)
    tax_back = sums.net(refunds, A.TAX_PAYABLE, sign=1)
    held_back = sums.net(refunds, A.CUSTOMER_FUNDS, sign=1)
    fee = _at_most(facts.provider_fee, ours - _at_most(ours_back, ours))
    nodes += [
        Node("ours", 3, _("commission and service fee"), OURS, ours),
        Node("tax", 3, _("VAT on commission"), TAX, tax),
        Node("held", 3, _("waits for dispatch"), INK, facts.customer_funds),
        Node("cancelled", 3, _("given back before dispatch"), BACK, held_back),
        Node("kept", 4, _("kept by us"), OURS, ours - _at_most(ours_back, ours) - fee),
        Node("fee", 4, _("provider’s fee"), TAX, fee),
        Node("tax-now", 4, _("to the tax office"), TAX, tax - tax_back),
        Node("held-now", 4, _("still the customer’s"), INK, facts.customer_funds),
        Node("back", 4, _back_label(facts), BACK, facts.back_to_shopper),
    ]
    flows += [
        Flow("funds", "ours", ours),
        Flow("funds", "tax", tax),
        Flow("funds", "held", facts.customer_funds),
        Flow("funds", "cancelled", held_back),
        Flow("ours", "kept", ours - _at_most(ours_back, ours) - fee),
        Flow("ours", "fee", fee),
        Flow("ours", "back", _at_most(ours_back, ours)),
        Flow("tax", "tax-now", tax - tax_back),
        Flow("tax", "back", tax_back),
        Flow("held", "held-now", facts.customer_funds),
        Flow("cancelled", "back", held_back),
    ]
    titles = [_("Shopper"), _("Provider"), _("Customer funds"), _("Split at dispatch"), _("Where it is now")]
    return draw(nodes, flows, titles)


def _way_in(facts: TrailFacts) -> tuple[list[Node], list[Flow]]:
    nodes = [
        Node("shopper", 0, _("paid by card"), INK, facts.came_in),
        Node("provider", 1, _("captured"), INK, facts.came_in),
        Node("funds", 2, _("until each seller sends"), INK, facts.came_in),
    ]
    return nodes, [Flow("shopper", "provider", facts.came_in), Flow("provider", "funds", facts.came_in)]


def _at_most(amount: Money, limit: Money) -> Money:
    return min(amount, limit)


def _back_label(facts: TrailFacts) -> str:
    if facts.refund_pending:
        return _("on its way to the shopper")
    return _("back with the shopper")


def _paid_out(reference: str, currency: str) -> dict[tuple[str, str], int]:
    """Return, by owner and state of payout, what payouts settled of this reference."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    lines = PayoutLine.objects.filter(
        posting__entry__reference=reference, posting__account__currency=currency
    ).select_related("payout", "posting")
    for line in lines:
        if line.payout.state != PayoutState.RETURNED:
            sums[line.payout.owner, line.payout.state] -= line.posting.amount_minor
    return dict(sums)


def _now(
    owner: str, reference: str, currency: str, paid_out: dict[tuple[str, str], int]
) -> list[tuple[str, str, Money]]:
    """Say where a seller's money of this reference is."""
    rows = Maturity.objects.filter(reference=reference, owner=owner, currency=currency)
    pending = sum(row.amount_minor for row in rows if row.matured_at is None)
    paid = paid_out.get((owner, PayoutState.PAID), 0)
    on_way = paid_out.get((owner, PayoutState.CREATED), 0) + paid_out.get((owner, PayoutState.SENT), 0)
    matured = sum(row.amount_minor for row in rows if row.matured_at is not None)
    places = [
        (f"paid {owner}", _("paid out"), paid),
        (f"way {owner}", _("payout on its way"), on_way),
        (f"payable {owner}", _("payable"), matured - paid - on_way),
        (f"pending {owner}", _("matures soon"), pending),
    ]
    return [(key, label, Money(max(minor, 0), currency)) for key, label, minor in places]
