"""What every shop page shows around its content: categories and the basket's count."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from catalog.selectors import navigation
from checkout.selectors import baskets


def shop(request: HttpRequest) -> dict[str, Any]:
    return {
        "nav_categories": SimpleLazyObject(navigation.top_categories),
        "basket_count": SimpleLazyObject(lambda: baskets.item_count(request)),
    }
