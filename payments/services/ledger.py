"""Write entries of the ledger."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from backmarket.core.errors import DomainError
from payments.models import Account, Entry, Posting
from payments.rules.movements import Legs


class EntryKeyReusedError(DomainError):
    code = "entry_key_reused"


class EntryOffBalanceError(DomainError):
    code = "entry_off_balance"
    http_status = 422


@transaction.atomic
def post_entry(
    *,
    kind: str,
    reference: str,
    line_reference: str = "",
    postings: Legs,
    key: str,
    occurred_at: datetime,
    note: str = "",
    reverses: Entry | None = None,
) -> Entry:
    """
    Write one balanced entry, once per idempotency key; legs of zero are left out.

    Repeating a call returns the first entry and writes nothing. No row is locked, so that sales do not wait for
    each other on a busy account.

    :raises EntryKeyReusedError: the key was spent on another movement
    :raises EntryOffBalanceError: the legs do not sum to zero per currency
    """
    legs = [leg for leg in postings if leg.amount]
    _require_balance(legs)
    entry, created = Entry.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "kind": kind,
            "reference": reference,
            "line_reference": line_reference,
            "occurred_at": occurred_at,
            "note": note,
            "reverses": reverses,
        },
    )
    if not created:
        _require_same(entry, kind=kind, reference=reference, line_reference=line_reference, legs=legs)
        return entry
    accounts = _accounts(legs)
    Posting.objects.bulk_create(
        Posting(
            entry=entry,
            account=accounts[leg.kind, leg.owner, leg.amount.currency],
            amount_minor=leg.amount.amount_minor,
        )
        for leg in legs
    )
    return entry


def _accounts(legs: Legs) -> dict[tuple[str, str, str], Account]:
    """Return the accounts of all legs by kind, owner and currency; nearly always all of them are there."""
    named = Q()
    for leg in legs:
        named |= Q(kind=leg.kind, owner=leg.owner, currency=leg.amount.currency)
    found = {(account.kind, account.owner, account.currency): account for account in Account.objects.filter(named)}
    for leg in legs:
        key = (leg.kind, leg.owner, leg.amount.currency)
        if key not in found:
            found[key], _ = Account.objects.get_or_create(kind=leg.kind, owner=leg.owner, currency=leg.amount.currency)
    return found


def _require_balance(legs: Legs) -> None:
    sums: Counter[str] = Counter()
    for leg in legs:
        sums[leg.amount.currency] += leg.amount.amount_minor
    if not legs or any(sums.values()):
        raise EntryOffBalanceError(sums=dict(sums))


def _require_same(entry: Entry, *, kind: str, reference: str, line_reference: str, legs: Legs) -> None:
    stored = sorted(entry.postings.values_list("account__kind", "account__owner", "account__currency", "amount_minor"))
    wanted = sorted((str(leg.kind), leg.owner, leg.amount.currency, leg.amount.amount_minor) for leg in legs)
    same = (entry.kind, entry.reference, entry.line_reference) == (kind, reference, line_reference)
    if not same or stored != wanted:
        raise EntryKeyReusedError(key=entry.idempotency_key)
