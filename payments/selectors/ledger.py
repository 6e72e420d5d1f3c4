"""Balances and trails, straight from the postings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum

from backmarket.core.money import Money
from payments.enums import AccountKind
from payments.models import Account, Entry, Posting

from .views import EntryView, PostingView, SellerBalance

_SELLER_KINDS = {
    AccountKind.SELLER_PENDING: "pending",
    AccountKind.SELLER_PAYABLE: "payable",
    AccountKind.SELLER_RESERVE: "reserve",
    AccountKind.PAYOUT_IN_TRANSIT: "in_transit",
}


def balance(account: Account, at: datetime | None = None) -> Money:
    """Return the account's balance, debit positive, now or as of a past instant."""
    postings = Posting.objects.filter(account=account)
    if at is not None:
        postings = postings.filter(entry__occurred_at__lte=at)
    return Money(postings.aggregate(total=Sum("amount_minor"))["total"] or 0, account.currency)


def balance_of(*, kind: str, owner: str = "", currency: str, at: datetime | None = None) -> Money:
    """Return the balance of an account that may not exist yet."""
    account = Account.objects.filter(kind=kind, owner=owner, currency=currency).first()
    return balance(account, at) if account else Money.zero(currency)


def reference_balance(*, reference: str, kind: str, currency: str) -> Money:
    """Return what one reference left on the accounts of a kind, debit positive."""
    total = Posting.objects.filter(
        entry__reference=reference, account__kind=kind, account__currency=currency
    ).aggregate(total=Sum("amount_minor"))["total"]
    return Money(total or 0, currency)


def balances_of(owner: str) -> dict[str, SellerBalance]:
    """Return a seller's balances by currency, as money the house owes."""
    return owner_balances([owner]).get(owner, {})


def owner_balances(owners: list[str] | None = None) -> dict[str, dict[str, SellerBalance]]:
    """Return the balances of these sellers, or of all, in one query."""
    rows = Posting.objects.filter(account__kind__in=list(_SELLER_KINDS))
    if owners is not None:
        rows = rows.filter(account__owner__in=owners)
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_SELLER_KINDS.values(), 0))
    grouped = rows.values_list("account__owner", "account__currency", "account__kind").annotate(Sum("amount_minor"))
    for owner, currency, kind, total in grouped.order_by("account__owner", "account__currency"):
        sums[owner, currency][_SELLER_KINDS[AccountKind(kind)]] = -total
    found: dict[str, dict[str, SellerBalance]] = defaultdict(dict)
    for (owner, currency), parts in sums.items():
        found[owner][currency] = SellerBalance(**{name: Money(minor, currency) for name, minor in parts.items()})
    return dict(found)


def owners_among(names: Iterable[str]) -> set[str]:
    """Return which of these names own an account."""
    return set(Account.objects.filter(owner__in=list(names)).values_list("owner", flat=True)) - {""}


def trail(reference: str) -> list[EntryView]:
    """Return every entry of a reference in the order it was written."""
    entries = Entry.objects.filter(reference=reference).prefetch_related("postings__account").order_by("pk")
    return [entry_view(entry) for entry in entries]


def entry_view(entry: Entry) -> EntryView:
    postings = tuple(
        PostingView(posting.account.kind, posting.account.owner, posting.amount) for posting in entry.postings.all()
    )
    return EntryView(
        entry.pk, entry.kind, entry.reference, entry.line_reference, entry.occurred_at, entry.note, postings
    )
