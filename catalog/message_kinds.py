"""The messages of alerts: what each is for, and an example of it."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money
from backmarket.markets.registry import market_of_locale
from backmarket.notify.enums import Category
from backmarket.notify.kinds import define
from catalog.enums import Grade

URL = "https://example.org/"


def _facts(locale: str) -> Mapping[str, Any]:
    currency = market_of_locale(locale).currency
    return {
        "alert": SimpleNamespace(grade=Grade.GOOD.value),
        "product": "iPhone 13",
        "variant": "128 GB",
        "limit": Money(34_000, currency),
        "price": Money(33_900, currency),
        "offer_variant": "128 GB",
        "offer_grade": Grade.GOOD.value,
        "seller": "Atelier Lumière",
        "product_url": URL,
        "confirm_url": URL,
        "off_url": URL,
    }


define("alert_confirm", _("Asks whether the address wants an alert."), _facts)
define("alert_price", _("A price has fallen as far as was asked for."), _facts, category=Category.ALERTS)
define("alert_stock", _("A device is in stock again."), _facts, category=Category.ALERTS)
