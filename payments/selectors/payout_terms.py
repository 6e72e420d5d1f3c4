"""What was agreed with sellers about payouts, and what holds them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Sum

from backmarket.core.money import Money
from payments.enums import HoldKind
from payments.models import PayoutHold, PayoutTerms, RollingReserve
from payments.rules.payout_terms import Terms, next_payout_date


def terms_of(owner: str, currency: str) -> Terms:
    """Return an owner's terms, the defaults where nothing was agreed."""
    agreed = PayoutTerms.objects.filter(owner=owner, currency=currency).first()
    return agreed.terms if agreed else Terms()


def next_payout_of(owner: str, today: date) -> date:
    """Return the next day on which money leaves for an owner in any currency, today included."""
    agreed = [row.terms for row in PayoutTerms.objects.filter(owner=owner)] or [Terms()]
    return min(next_payout_date(terms, today) for terms in agreed)


def schedules_of(owner: str) -> set[str]:
    """Return the schedules by which an owner is paid, one where all its currencies have the same."""
    return set(PayoutTerms.objects.filter(owner=owner).values_list("schedule", flat=True)) or {Terms().schedule}


def holds_of(owners: Iterable[str]) -> dict[str, list[PayoutHold]]:
    """Return what holds payouts to these owners; who is not held is left out."""
    found: dict[str, list[PayoutHold]] = {}
    for hold in PayoutHold.objects.filter(owner__in=list(owners), lifted_at=None).order_by("pk"):
        found.setdefault(hold.owner, []).append(hold)
    return found


def held_because(holds: Iterable[PayoutHold]) -> str:
    """Return the reasons of holds as one text, at most 300 characters."""
    return "; ".join(f"{HoldKind(hold.kind).label}: {hold.reason}" for hold in holds)[:300]


def rolling_reserve_of(owner: str, currency: str) -> Money:
    """Return what payouts kept back from an owner and no day has released yet."""
    kept = RollingReserve.objects.filter(owner=owner, currency=currency, released_at=None)
    return Money(kept.aggregate(total=Sum("amount_minor"))["total"] or 0, currency)
