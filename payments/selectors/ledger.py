"""What references and sellers have, and trails, straight from the postings."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Sum

from backmarket.core.money import Money
from payments.enums import AccountKind
from payments.models import Account, Entry, Posting

from .balances import balances
from .views import EntryView, PostingView, SellerBalance

_SELLER_KINDS = {
    AccountKind.SELLER_PENDING: "pending",
    AccountKind.SELLER_PAYABLE: "payable",
    AccountKind.SELLER_RESERVE: "reserve",
    AccountKind.PAYOUT_IN_TRANSIT: "in_transit",
}


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
    """Return the balances of these sellers, or of all, in two queries."""
    accounts = Account.objects.filter(kind__in=list(_SELLER_KINDS)).order_by("owner", "currency")
    if owners is not None:
        accounts = accounts.filter(owner__in=owners)
    known = {account.pk: account for account in accounts}
    parts: dict[tuple[str, str], dict[str, Money]] = {}
    amounts = balances(known.values())
    for account in known.values():
        nothing = Money.zero(account.currency)
        own = parts.setdefault((account.owner, account.currency), dict.fromkeys(_SELLER_KINDS.values(), nothing))
        own[_SELLER_KINDS[AccountKind(account.kind)]] = -amounts[account.pk]
    found: dict[str, dict[str, SellerBalance]] = defaultdict(dict)
    for (owner, currency), own in parts.items():
        found[owner][currency] = SellerBalance(**own)
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
