"""Note which products' alerts have to be looked at; elections call this in their own transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from catalog.enums import AlertState
from catalog.models import Alert, AlertCheck, Offer


def moved_products(written: Iterable[Offer], before: Mapping[tuple[str, int, str], Offer]) -> set[tuple[str, int]]:
    """Return the (market, product) of elected offers whose price or stock is not what it was."""
    return {(offer.market, offer.product_id) for offer in written if _has_moved(offer, before)}


def _has_moved(offer: Offer, before: Mapping[tuple[str, int, str], Offer]) -> bool:
    was = before.get((offer.market, offer.sku_id, offer.grade))
    return was is None or was.price_minor != offer.price_minor or was.in_stock != offer.in_stock


def note_moved(moved: set[tuple[str, int]], *, now: datetime) -> None:
    """
    Note those products that somebody waits for.

    Two queries at most and no locks on alerts: elections of the busiest products never wait for a mail's worker.
    """
    if not moved:
        return
    waiting = Alert.objects.filter(
        state=AlertState.ACTIVE,
        market__in={market for market, _ in moved},
        product_id__in={product_id for _, product_id in moved},
    )
    noted = moved.intersection(waiting.values_list("market", "product_id").distinct())
    note(noted, now=now)


def note(products: Iterable[tuple[str, int]], *, now: datetime) -> None:
    """Note (market, product) for the next look at their alerts."""
    AlertCheck.objects.bulk_create(
        AlertCheck(market=market, product_id=product_id, due_at=now) for market, product_id in sorted(products)
    )
