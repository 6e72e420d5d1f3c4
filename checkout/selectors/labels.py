"""Shipping labels of a seller's order, and their files."""

from django.db.models import QuerySet

from backmarket.markets.registry import MARKETS
from checkout.models import LIVING_LABELS, ShippingLabel
from checkout.rendering.label import label_pdf


def labels_of(*, seller_id: int, order_id: int) -> QuerySet[ShippingLabel]:
    """A seller's labels for an order, the latest first."""
    return ShippingLabel.objects.filter(seller_id=seller_id, order_id=order_id).select_related("order")


def unused_of(*, seller_id: int, order_id: int) -> QuerySet[ShippingLabel]:
    """Those that can still go with a parcel, or will be able to."""
    rows = labels_of(seller_id=seller_id, order_id=order_id)
    return rows.filter(state__in=LIVING_LABELS, parcel=None).prefetch_related("lines")


def file_name(label: ShippingLabel) -> str:
    return f"label-{label.order.number_text}-{label.tracking_number}.pdf"


def file_of(label: ShippingLabel, *, language: str) -> bytes:
    """Draw a label that was bought, in its seller's language."""
    carrier = MARKETS[label.order.market].carrier(label.carrier)
    return label_pdf(label, carrier=carrier, language=language)
