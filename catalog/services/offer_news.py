"""What is new about an offer: a price that may be announced as reduced, and stock that came back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from catalog.models import Offer, OfferPrice
from catalog.rules.facets import REDUCED
from catalog.rules.price_history import LOOK_BACK, PricePoint, Reduction, reduction

OfferKey = tuple[str, int, str]


def note_news(written: Iterable[Offer], before: Mapping[OfferKey, Offer], *, now: datetime) -> None:
    """
    Write on elected offers, before they are stored, what is new about them.

    A reduction is worked out where the price moved and dropped when it is 30 days old; one query, and none where
    no price moved. An offer that is new was neither dearer nor away.
    """
    moved = []
    for offer in written:
        was = before.get(_key_of(offer))
        if was is None:
            continue
        offer.restocked_at = now if offer.in_stock and not was.in_stock else was.restocked_at
        if was.price_minor != offer.price_minor:
            moved.append(offer)
        elif was.reduced_at is not None and was.low_before_minor is not None and was.reduced_at > now - LOOK_BACK:
            _announce(offer, Reduction(was.reduced_at, was.low_before_minor))
        else:
            _announce(offer, None)
    history = _history_of(moved)
    for offer in moved:
        points = [*history[_key_of(offer)], PricePoint(offer.price_minor, now)]
        _announce(offer, reduction(points, now=now))


def _announce(offer: Offer, found: Reduction | None) -> None:
    """Write a reduction, or that there is none, on an offer and among what it can be filtered by."""
    offer.reduced_at = found.reduced_at if found else None
    offer.low_before_minor = found.low_before_minor if found else None
    others = {value for value in offer.facets if value != REDUCED}
    offer.facets = sorted({*others, REDUCED} if found else others)


def _key_of(offer: Offer) -> OfferKey:
    return offer.market, offer.sku_id, offer.grade


def _history_of(offers: Sequence[Offer]) -> Mapping[OfferKey, list[PricePoint]]:
    """Read the steps of these offers' prices in the order of time."""
    found: dict[OfferKey, list[PricePoint]] = defaultdict(list)
    if not offers:
        return found
    rows = OfferPrice.objects.filter(
        sku_id__in={offer.sku_id for offer in offers}, market__in={offer.market for offer in offers}
    ).order_by("from_at", "pk")
    for market, sku_id, grade, price, from_at in rows.values_list(
        "market", "sku_id", "grade", "price_minor", "from_at"
    ):
        found[market, sku_id, grade].append(PricePoint(price, from_at))
    return found
