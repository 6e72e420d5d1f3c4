"""Reads of alerts: an address's own, and the device that one would be for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from backmarket.core.money import Money
from backmarket.markets.registry import Market
from catalog.enums import ProductState
from catalog.models import Alert, Offer, ProductModel, Sku
from catalog.rules.attributes import variant_text


@dataclass(frozen=True, slots=True)
class AlertSubject:
    """A device as the page of its alert shows it; `price` is None while this version is sold out."""

    product: ProductModel
    sku: Sku
    grade: str
    variant: str
    price: Money | None


def alerts_of(*, user_id: int, emails: Sequence[str]) -> QuerySet[Alert]:
    """Return what a person waits for: asked for in their account, or as a guest with an address that is theirs."""
    mine = Q(user_id=user_id) | Q(address__in=[email.lower() for email in emails])
    rows = Alert.objects.annotate(address=Lower("email")).filter(mine)
    return rows.select_related("product__brand", "sku")


def alerts_of_address(email: str) -> QuerySet[Alert]:
    return Alert.objects.filter(email__iexact=email).select_related("product__brand", "sku")


def find_alert(public_id: UUID) -> Alert | None:
    return Alert.objects.filter(public_id=public_id).select_related("product__brand", "sku").first()


def alert_subject(*, slug: str, sku_public_id: UUID | None, grade: str, market: Market) -> AlertSubject | None:
    """Find the version that an address names, else the product's cheapest one; None if there is no such product."""
    rows = ProductModel.objects.filter(slug=slug, state=ProductState.ACTIVE).select_related("brand", "category")
    product = rows.first()
    if product is None:
        return None
    offers = Offer.objects.filter(market=market.code, product=product).select_related("sku")
    if sku_public_id is not None:
        sku = Sku.objects.filter(product=product, public_id=sku_public_id).first()
        if sku is None:
            return None
        offer = offers.filter(sku=sku, grade=grade).first()
        return _subject(product, sku, grade or "good", offer)
    offer = offers.order_by("-in_stock", "price_minor", "pk").first()
    sku = offer.sku if offer else Sku.objects.filter(product=product).first()
    return _subject(product, sku, offer.grade if offer else "good", offer) if sku else None


def _subject(product: ProductModel, sku: Sku, grade: str, offer: Offer | None) -> AlertSubject:
    return AlertSubject(
        product=product,
        sku=sku,
        grade=grade,
        variant=variant_text(sku.attributes, sku.colour_name),
        price=Money(offer.price_minor, offer.currency) if offer and offer.in_stock else None,
    )
