"""How baskets come together and end: merged at sign-in, followed by the next one after an order, forgotten."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from checkout import locks
from checkout.enums import BasketState
from checkout.models import Basket, BasketLine
from checkout.selectors.baskets import LEFT_BEHIND
from checkout.services.baskets import MAX_CODES, create_basket
from checkout.services.tenders import MAX_CARDS

KEPT = timedelta(days=60)


@transaction.atomic
def merge_guest_basket(*, token: UUID, user_id: int, now: datetime) -> None:
    """
    Move what a guest chose into the basket of the account they signed in to; of one listing the larger number.

    What either wants to buy is to be bought, though the other saved it for later.
    """
    guest = locks.lock_guest_basket(token)
    if guest is None:
        return
    own = _locked_own(user_id, guest.market, now)
    present = {line.listing_id: line for line in own.lines.all()}
    for line in guest.lines.all():
        kept = present.get(line.listing_id)
        if kept is None:
            line.basket = own
            line.save(update_fields=["basket"])
        else:
            _merge_line(kept, line)
    guest.delete()
    own.codes = list(dict.fromkeys([*own.codes, *guest.codes]))[:MAX_CODES]
    own.gift_cards = list(dict.fromkeys([*own.gift_cards, *guest.gift_cards]))[:MAX_CARDS]
    own.touched_at = now
    own.save(update_fields=["codes", "gift_cards", "touched_at"])


def _locked_own(user_id: int, market: str, now: datetime) -> Basket:
    """Lock the account's open basket; another one is opened if it was ordered before the lock was had."""
    while True:
        own = locks.lock_open_basket(create_basket(user_id=user_id, market=market, now=now).pk)
        if own is not None:
            return own


def _merge_line(kept: BasketLine, other: BasketLine) -> None:
    if (kept.saved_at is None) == (other.saved_at is None):
        kept.quantity = max(kept.quantity, other.quantity)
    elif kept.saved_at is not None:
        kept.quantity, kept.price_seen_minor, kept.saved_at = other.quantity, other.price_seen_minor, None
    kept.has_protection = kept.has_protection or other.has_protection
    kept.save(update_fields=["quantity", "price_seen_minor", "saved_at", "has_protection"])


@transaction.atomic
def carry_left_behind(*, ordered_id: int, now: datetime) -> Basket | None:
    """
    Move what an order did not buy (saved for later, sold out) from its basket to the shopper's next one.

    Returns that basket, or None where nothing was left: another tab was faster.
    """
    ordered = locks.lock_basket(ordered_id)
    lines = list(ordered.lines.filter(LEFT_BEHIND))
    if ordered.state != BasketState.ORDERED or not lines:
        return None
    basket = create_basket(user_id=ordered.user_id, market=ordered.market, now=now)
    present = set(basket.lines.values_list("listing_id", flat=True))
    moving = [line.pk for line in lines if line.listing_id not in present]
    BasketLine.objects.filter(pk__in=moving).update(basket=basket)
    ordered.lines.filter(LEFT_BEHIND).delete()
    return basket


def forget_old_baskets(*, now: datetime, limit: int = 500) -> int:
    """Delete baskets that nobody touched for 60 days and nobody ordered; return how many, at most `limit`."""
    with transaction.atomic():
        ids = locks.lock_old_baskets(before=now - KEPT, limit=limit)
        Basket.objects.filter(pk__in=ids).delete()
    return len(ids)
