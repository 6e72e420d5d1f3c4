from datetime import datetime

from backmarket.core.events import Event, on
from backmarket.core.queues import Queue

from . import events
from .models import ListingMarket
from .services import offers


@on(events.LISTING_CHANGED, queue=Queue.PERFECT_JOURNEY)
def elect_offers_of_listing(event: Event, now: datetime) -> None:
    offers.elect(offers.keys_of_listing(event.payload["listing_id"]), now=now)


@on(events.SELLER_CHANGED, queue=Queue.PERFECT_JOURNEY)
def note_offers_of_seller(event: Event, now: datetime) -> None:
    rows = ListingMarket.objects.filter(listing__seller_id=event.payload["seller_id"])
    offers.mark_dirty(rows.values_list("market", "listing__sku_id", "listing__grade").iterator())
