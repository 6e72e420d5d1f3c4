"""
Idempotency keys: a call that is sent again is answered again and does nothing twice.

The claim of a key is committed before the work starts and the answer after it ended, each in its own transaction. A
process that dies in between leaves a claim that lapses: the work must bear being taken up again, as flows do.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .errors import DomainError, InvalidInputError
from .models import IdempotentCall

KEPT = timedelta(hours=48)
# Longer than any request lives.
LEASE = timedelta(minutes=2)
FORGET_AT_ONCE = 5_000


class KeyReusedError(InvalidInputError):
    code = "idempotency_key_reused"
    message = _("This key was used for something else. Use a new key for a new request.")


class KeyInFlightError(DomainError):
    code = "idempotency_key_in_flight"
    message = _("A request with this key is still under way. Send it again in a moment.")


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of a key; with a `status`, it was done and answered `answer`."""

    call_id: int
    claim: UUID
    status: int | None = None
    answer: Any = None


def digest_of(*parts: Any) -> str:
    """Return a digest of plain data, the same however its mappings are ordered."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def claim(*, scope: str, key: str, request_digest: str, now: datetime) -> Claim:
    """
    Claim a key before its work, or return what the work was answered.

    A key is spent for 48 hours; older ones count as new. Must not be called inside a transaction.

    :raises KeyReusedError: it was spent on another request
    :raises KeyInFlightError: the work is under way
    """
    mine = uuid4()
    facts = {"request_digest": request_digest, "claim": mine, "claimed_at": now}
    with transaction.atomic(durable=True):
        call, is_new = IdempotentCall.objects.get_or_create(scope=scope, key=key, defaults=facts)
    if is_new:
        return Claim(call.pk, mine)
    if call.claimed_at > now - KEPT:
        if call.request_digest != request_digest:
            raise KeyReusedError
        if call.status is not None:
            return Claim(call.pk, call.claim, call.status, call.answer)
        if call.claimed_at > now - LEASE:
            raise KeyInFlightError
    return _take_over(call, facts)


def _take_over(call: IdempotentCall, facts: dict[str, Any]) -> Claim:
    """Claim again what was left behind; of several who try at once, one wins."""
    with transaction.atomic(durable=True):
        left = IdempotentCall.objects.filter(pk=call.pk, claim=call.claim, status=call.status)
        if not left.update(**facts, status=None, answer=None):
            raise KeyInFlightError
    return Claim(call.pk, facts["claim"])


@transaction.atomic
def finish(claimed: Claim, *, status: int, answer: Any) -> None:
    """Keep what the work was answered; one whose claim lapsed keeps nothing."""
    IdempotentCall.objects.filter(pk=claimed.call_id, claim=claimed.claim).update(status=status, answer=answer)


@transaction.atomic
def release(claimed: Claim) -> None:
    """Give a key back whose work was refused or broke: it may be sent again, mended."""
    IdempotentCall.objects.filter(pk=claimed.call_id, claim=claimed.claim, status=None).delete()


@transaction.atomic
def forget_old(*, now: datetime, limit: int = FORGET_AT_ONCE) -> int:
    """Delete keys whose 48 hours are over; return how many, at most `limit`."""
    rows = IdempotentCall.objects.filter(claimed_at__lte=now - KEPT).order_by("claimed_at")
    ids = list(rows.values_list("pk", flat=True)[:limit])
    IdempotentCall.objects.filter(pk__in=ids).delete()
    return len(ids)
