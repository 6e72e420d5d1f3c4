"""Write sellers' public facts; merchants' services call this (architecture, rule 4)."""

from datetime import datetime

from django.db import transaction

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from catalog import events
from catalog.enums import SellerLevel
from catalog.models import Seller


@transaction.atomic
def set_level(*, seller_id: int, level: SellerLevel, actor: Actor, reason: str, now: datetime) -> Seller:
    """Change a seller's level; a suspended one loses every buy box through an event."""
    seller = Seller.objects.get(pk=seller_id)
    before = seller.level
    if before != level:
        seller.level = level
        seller.save(update_fields=["level"])
        audit.record(actor, "level changed", seller, now=now, reason=reason, before=before, after=level)
        outbox.publish(events.SELLER_CHANGED, key=str(seller_id), payload={"seller_id": seller_id}, now=now)
    return seller
