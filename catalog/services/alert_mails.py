"""The mails of alerts: the one that asks to confirm, and the one that tells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from backmarket.core.money import Money
from backmarket.notify.services import queue_mail
from catalog.enums import AlertKind
from catalog.models import Alert, Offer
from catalog.rules.attributes import variant_text
from catalog.selectors import alert_links


def ask_to_confirm(*, alert: Alert, limit_minor: int | None, now: datetime) -> None:
    """Ask the address whether it wants this alert; only the link in the mail switches it on."""
    limit = None if limit_minor is None else Money(limit_minor, alert.currency)
    link = alert_links.confirm_path(alert, limit_minor)
    context = {"confirm_url": _url(alert, link), "limit": limit}
    _send("alert_confirm", alert, context, f"alert_confirm:{alert.public_id}:{now.isoformat()}", now)


def tell(*, alert: Alert, offer: Offer, now: datetime) -> None:
    """Tell that the price has fallen or that it is back, with the offer that fulfils the alert."""
    kind = "alert_price" if alert.kind == AlertKind.PRICE else "alert_stock"
    with translation.override(alert.locale):
        path = reverse("catalog:product", args=[alert.product.slug])
        context = {
            "price": Money(offer.price_minor, offer.currency),
            "limit": alert.limit,
            "offer_variant": variant_text(offer.sku.attributes, offer.sku.colour_name),
            "offer_grade": offer.grade,
            "seller": offer.seller.name,
            "product_url": f"{settings.PUBLIC_URL}{path}?sku={offer.sku.public_id}&grade={offer.grade}",
        }
    # One key a crossing: the instant at which it was found.
    _send(kind, alert, context, f"{kind}:{alert.public_id}:{now.isoformat()}", now)


def _send(kind: str, alert: Alert, context: Mapping[str, Any], dedupe_key: str, now: datetime) -> None:
    with translation.override(alert.locale):
        variant = variant_text(alert.sku.attributes, alert.sku.colour_name) if alert.sku else ""
    off_url = _url(alert, alert_links.off_path(alert))
    queue_mail(
        kind=kind,
        to=alert.email,
        locale=alert.locale,
        context={"alert": alert, "product": alert.product.full_name, "variant": variant, "off_url": off_url, **context},
        dedupe_key=dedupe_key,
        reference=f"alert:{alert.public_id}",
        now=now,
    )


def _url(alert: Alert, path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
