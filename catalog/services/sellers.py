"""Write sellers' public facts; merchants' services call this (architecture, rule 4)."""

from datetime import datetime

from django.db import transaction

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from catalog import events, locks
from catalog.enums import SellerLevel
from catalog.models import Seller


@transaction.atomic
def set_level(*, seller_id: int, level: SellerLevel, actor: Actor, reason: str, now: datetime) -> Seller:
    """Change a seller's level; a suspended one loses every buy box through an event."""
    seller = locks.lock_seller(seller_id)
    before = seller.level
    if before != level:
        seller.level = level
        seller.save(update_fields=["level"])
        audit.record(actor, "level changed", seller, now=now, reason=reason, before=before, after=level)
        _tell(seller_id, now)
    return seller


@transaction.atomic
def set_active(*, seller_id: int, is_active: bool, actor: Actor, reason: str, now: datetime) -> Seller:
    """Take a seller's whole stock off sale, or put it back."""
    seller = locks.lock_seller(seller_id)
    if seller.is_active != is_active:
        seller.is_active = is_active
        seller.save(update_fields=["is_active"])
        audit.record(actor, "activated" if is_active else "deactivated", seller, now=now, reason=reason)
        _tell(seller_id, now)
    return seller


def _tell(seller_id: int, now: datetime) -> None:
    outbox.publish(events.SELLER_CHANGED, key=str(seller_id), payload={"seller_id": seller_id}, now=now)
