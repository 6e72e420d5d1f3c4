"""What every shop page shows around its content: categories, the basket's count, hearts and devices to compare."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from catalog.selectors import navigation
from catalog.web import visitor
from checkout.selectors import own_baskets


def shop(request: HttpRequest) -> dict[str, Any]:
    return {
        "nav_categories": SimpleLazyObject(navigation.top_categories),
        "nav_current": SimpleLazyObject(lambda: navigation.current_of(request.path)),
        "basket_count": SimpleLazyObject(lambda: own_baskets.item_count(request)),
        "wished": visitor.wished_ids(request) if hasattr(request, "market") else [],
        "compared": visitor.compared_slugs(request),
    }
