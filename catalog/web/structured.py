"""What search engines read of a product (schema.org)."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from catalog.selectors.pages.product import ProductPage

# The characters that could end a script element or start markup, as json_script escapes them.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def product_data(page: ProductPage, url: str) -> SafeString:
    """Return the product's JSON-LD, safe inside a script element."""
    product = page.product
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.full_name,
        "url": url,
        "description": product.description,
        "brand": {"@type": "Brand", "name": product.brand.name},
        "category": product.category.name,
        "productID": str(product.public_id),
        "itemCondition": "https://schema.org/RefurbishedCondition",
    }
    if page.low and page.high:
        data["offers"] = {
            "@type": "AggregateOffer",
            "lowPrice": str(page.low.decimal),
            "highPrice": str(page.high.decimal),
            "priceCurrency": page.low.currency,
            "offerCount": page.offer_count,
            "availability": "https://schema.org/InStock",
            "itemCondition": "https://schema.org/RefurbishedCondition",
        }
    if page.reviews.count:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(page.reviews.mean),
            "reviewCount": page.reviews.count,
            "bestRating": "5",
            "worstRating": "1",
        }
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S308 — escaped above
