"""Look at alerts whose product moved, and tell their people once a crossing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from catalog import locks
from catalog.models import Alert, AlertCheck, Offer
from catalog.rules.alerts import QUIET, Verdict, is_met, verdict

from . import alert_checks, alert_mails

CHECKS = 100
MAILS = 200


@transaction.atomic
def check_due(*, now: datetime, limit: int = CHECKS) -> int:
    """
    Look at the alerts of up to `limit` noted products; return how many notes were done.

    Several workers look side by side: notes are claimed and each alert is locked before it is judged, so that one
    crossing sends one mail. Mails are only stored here and leave after the commit.
    """
    claimed = locks.claim_alert_checks(now=now, limit=limit)
    by_market: dict[str, set[int]] = defaultdict(set)
    for check in claimed:
        by_market[check.market].add(check.product_id)
    for market, product_ids in sorted(by_market.items()):
        _check_market(market, sorted(product_ids), now)
    AlertCheck.objects.filter(pk__in=[check.pk for check in claimed]).delete()
    return len(claimed)


def _check_market(market: str, product_ids: Sequence[int], now: datetime) -> None:
    alerts = locks.lock_active_alerts(market=market, product_ids=product_ids)
    if not alerts:
        return
    offers = _offers(market, product_ids)
    told = 0
    for alert in alerts:
        matching = [offer for offer in offers.get(alert.product_id, ()) if _concerns(offer, alert)]
        found = verdict(
            met=is_met((offer.price_minor for offer in matching), alert.price_minor),
            was_met=alert.was_met,
            told_at=alert.told_at,
            now=now,
        )
        if found == Verdict.TELL and told == MAILS:
            # The rest of a crowd in the next round: a worker has twenty seconds.
            alert_checks.note([(market, alert.product_id)], now=now)
            return
        told += found == Verdict.TELL
        _act(alert, found, matching, now)


def _act(alert: Alert, found: Verdict, matching: Sequence[Offer], now: datetime) -> None:
    if found == Verdict.ARM:
        Alert.objects.filter(pk=alert.pk).update(was_met=False)
    elif found == Verdict.LATER and alert.told_at is not None:
        AlertCheck.objects.create(market=alert.market, product_id=alert.product_id, due_at=alert.told_at + QUIET)
    elif found == Verdict.TELL:
        alert_mails.tell(alert=alert, offer=matching[0], now=now)
        Alert.objects.filter(pk=alert.pk).update(was_met=True, told_at=now, mails=alert.mails + 1)


def _offers(market: str, product_ids: Sequence[int]) -> Mapping[int, list[Offer]]:
    """Read what is in stock of these products, the cheapest first."""
    rows = Offer.objects.filter(market=market, product_id__in=product_ids, in_stock=True)
    found: dict[int, list[Offer]] = defaultdict(list)
    for offer in rows.select_related("sku", "seller").order_by("price_minor", "pk"):
        found[offer.product_id].append(offer)
    return found


def _concerns(offer: Offer, alert: Alert) -> bool:
    return alert.sku_id is None or (offer.sku_id == alert.sku_id and offer.grade == alert.grade)
