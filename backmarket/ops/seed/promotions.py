"""Promotions of the demo: a welcome code, one of a category, and one that applies by itself."""

from datetime import datetime, timedelta

from backmarket.markets.registry import MARKETS
from catalog.models import Category
from checkout.enums import PromotionKind
from checkout.models import Promotion

WELCOME = {
    "en": "Welcome",
    "fr": "Bienvenue",
    "de": "Willkommen",
    "es": "Bienvenida",
    "it": "Benvenuto",
    "nl": "Welkom",
}
SOUND = {
    "en": "Sound weeks",
    "fr": "Semaines du son",
    "de": "Klangwochen",
    "es": "Semanas del sonido",
    "it": "Settimane del suono",
    "nl": "Geluidsweken",
}
TIME = {
    "en": "5% off watches",
    "fr": "5 % sur les montres",
    "de": "5 % auf Uhren",
    "es": "5 % en relojes",
    "it": "5% sugli orologi",
    "nl": "5% op horloges",
}


def load_promotions(*, now: datetime) -> None:
    """Write three promotions for each market, in its first language."""
    categories = {category.key: category for category in Category.objects.filter(key__in=["audio", "watches"])}
    start = now - timedelta(days=20)
    for market in MARKETS.values():
        language = market.languages[0]
        shared = {"market": market.code, "starts_at": start, "created_at": start}
        Promotion.objects.create(
            name=WELCOME[language],
            code="HELLO10",
            kind=PromotionKind.AMOUNT,
            amount_minor=1_000,
            minimum_minor=10_000,
            is_first_order_only=True,
            is_stackable=True,
            uses_per_shopper=1,
            **shared,
        )
        if "audio" in categories:
            Promotion.objects.create(
                name=SOUND[language],
                code="SOUND15",
                kind=PromotionKind.PERCENT,
                permille=150,
                cap_minor=3_000,
                category=categories["audio"],
                uses_limit=500,
                ends_at=now + timedelta(days=30),
                **shared,
            )
        if "watches" in categories:
            Promotion.objects.create(
                name=TIME[language],
                kind=PromotionKind.PERCENT,
                permille=50,
                category=categories["watches"],
                is_stackable=True,
                ends_at=now + timedelta(days=30),
                **shared,
            )
