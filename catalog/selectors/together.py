"""What was bought together, and what products are like: the counts that `rules.together` ranks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Avg, Count

from catalog.enums import ProductState
from catalog.models import ProductModel, PurchasedLine, Sku
from catalog.rules.together import Likeness, Pair, Ranked, bought_together, most_alike, shares

MEMORY = timedelta(days=365)
# A user's orders of a few weeks count as one basket: the case often comes after the phone.
ONE_BASKET = timedelta(days=45)
KEPT = 24
PAIRS = """
WITH own AS (
    SELECT line.product_id, line.order_reference, line.user_id, line.market, line.paid_at
    FROM catalog_purchasedline line
    JOIN catalog_productmodel product ON product.id = line.product_id
    WHERE product.brand_id = %(brand)s AND product.category_id = %(category)s
        AND line.paid_at >= %(since)s AND line.paid_at < %(until)s
), met AS (
    SELECT own.product_id, other.product_id AS other_id, own.market, own.order_reference
    FROM own JOIN catalog_purchasedline other ON other.order_reference = own.order_reference
    WHERE other.product_id <> own.product_id
    UNION
    SELECT own.product_id, other.product_id, own.market, own.order_reference
    FROM own JOIN catalog_purchasedline other ON other.user_id = own.user_id
    WHERE other.product_id <> own.product_id AND other.order_reference <> own.order_reference
        AND other.paid_at BETWEEN own.paid_at - %(basket)s AND own.paid_at + %(basket)s AND other.paid_at < %(until)s
)
SELECT product_id, other_id, market, count(*) FROM met GROUP BY product_id, other_id, market
"""


@dataclass(frozen=True, slots=True)
class Group:
    """The products of one brand and category."""

    brand_id: int
    category_id: int


def groups_with_products() -> list[Group]:
    """Return every brand and category that has products."""
    rows = ProductModel.objects.order_by("brand_id", "category_id").values_list("brand_id", "category_id").distinct()
    return [Group(brand_id, category_id) for brand_id, category_id in rows]


def popular_shares(*, until: datetime) -> dict[int, float]:
    """Return each product's share of what was bought in the year before `until`."""
    lines = PurchasedLine.objects.filter(paid_at__gte=until - MEMORY, paid_at__lt=until).order_by()
    bought = dict(lines.values_list("product_id").annotate(count=Count("pk")))
    wanted = dict(ProductModel.objects.filter(state=ProductState.ACTIVE).values_list("pk", "popularity"))
    return shares(bought, wanted)


def ranked_together(group: Group, popular: dict[int, float], *, until: datetime) -> list[Ranked]:
    """Rank what was bought with each product of a group, from orders before `until`; two queries."""
    parameters: dict[str, Any] = {
        "brand": group.brand_id,
        "category": group.category_id,
        "since": until - MEMORY,
        "until": until,
        "basket": ONE_BASKET,
    }
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, parameters)
        pairs = [Pair(*row) for row in cursor.fetchall()]
    groups = {
        pk: (brand_id, category_id)
        for pk, brand_id, category_id in ProductModel.objects.values_list("pk", "brand_id", "category_id")
    }
    members = [pk for pk, group_of in groups.items() if group_of == (group.brand_id, group.category_id)]
    return bought_together(members, pairs, popular, groups, count=KEPT)


def ranked_alike(group: Group) -> list[Ranked]:
    """Rank what is like each product of a group; two queries."""
    products = ProductModel.objects.filter(category_id=group.category_id, state=ProductState.ACTIVE)
    rows = products.values_list("pk", "brand_id", "launch_year", "specs", "popularity")
    skus = Sku.objects.filter(product__category_id=group.category_id).order_by()
    prices = dict(skus.values_list("product_id").annotate(price=Avg("new_price_minor")))
    category = [
        Likeness(pk, brand_id, _whole(prices.get(pk)), year, _screen(specs), popularity)
        for pk, brand_id, year, specs, popularity in rows
    ]
    members = [product for product in category if product.brand_id == group.brand_id]
    return most_alike(members, category, count=KEPT)


def _whole(price_minor: object) -> int | None:
    return int(price_minor) if isinstance(price_minor, int | float) else None


def _screen(specs: Sequence[dict[str, object]]) -> float | None:
    found = next((spec.get("value") for spec in specs if spec.get("key") == "screen_in"), None)
    return float(found) if isinstance(found, int | float) else None
