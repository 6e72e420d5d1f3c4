"""Names of what facet values stand for, read once a minute and process."""

from dataclasses import dataclass

from backmarket.core.memo import memo
from catalog.enums import ProductState
from catalog.models import Brand, ProductModel


@dataclass(frozen=True, slots=True)
class Labels:
    """Brands and products by slug."""

    brands: dict[str, str]
    models: dict[str, str]


@memo(60)
def labels() -> Labels:
    """Return the names of all brands and products."""
    products = ProductModel.objects.filter(state=ProductState.ACTIVE).order_by()
    return Labels(
        brands=dict(Brand.objects.order_by().values_list("slug", "name")),
        models=dict(products.values_list("slug", "name")),
    )
