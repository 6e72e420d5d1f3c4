"""What search engines read of a page besides its words (schema.org), and what social networks show of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backmarket.core.devices import FAMILIES_BY_KEY
from backmarket.core.money import Money
from backmarket.markets.indexing import public_url
from backmarket.markets.registry import Market
from catalog.models import Review
from catalog.selectors.pages.cards import ProductCard
from catalog.selectors.pages.product import Deal, ProductPage

# The characters that could end a script element or start markup, as json_script escapes them.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
SCHEMA = "https://schema.org"
REFURBISHED = f"{SCHEMA}/RefurbishedCondition"
RETURN_DAYS = 30
DESCRIPTION_CHARS = 155


@dataclass(frozen=True, slots=True)
class Share:
    """How a page looks where somebody shares its address; `picture` is a path (social networks take no SVG)."""

    title: str
    description: str
    picture: str
    picture_text: str


def share(*, title: str, description: str, family: str = "") -> Share:
    """Describe a shared page; a page about devices shows the drawing of their family."""
    known = family in FAMILIES_BY_KEY
    return Share(
        title=title,
        description=Truncator(description).chars(DESCRIPTION_CHARS),
        picture=picture_path(family),
        picture_text=_("Drawing of a device of this kind") if known else _("Five refurbished phones in a row"),
    )


def picture_path(family: str) -> str:
    return static(f"share/{family if family in FAMILIES_BY_KEY else 'shop'}.png")


def _script(data: dict[str, Any]) -> SafeString:
    """Write JSON-LD that is safe inside a script element."""
    full = {"@context": SCHEMA, **data}
    return mark_safe(json.dumps(full, ensure_ascii=False).translate(ESCAPES))  # noqa: S308 — escaped above


def site_data() -> list[SafeString]:
    """Return who runs the shop and how it is searched, for the home page."""
    home = public_url(reverse("catalog:home"))
    organisation = f"{public_url('/')}#organization"
    search = public_url(reverse("catalog:search"))
    return [
        _script(
            {
                "@type": "Organization",
                "@id": organisation,
                "name": "backmarket",
                "url": public_url("/"),
                "logo": public_url(static("favicon.svg")),
            }
        ),
        _script(
            {
                "@type": "WebSite",
                "name": "backmarket",
                "url": home,
                "inLanguage": get_language(),
                "publisher": {"@id": organisation},
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
                    "query-input": "required name=search_term_string",
                },
            }
        ),
    ]


def crumbs(trail: Iterable[tuple[str, str]]) -> SafeString:
    """Return where a page stands: names and paths from below the home page down to the page itself."""
    steps = [(_("Home"), reverse("catalog:home")), *trail]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": public_url(path)}
        for place, (name, path) in enumerate(steps, 1)
    ]
    return _script({"@type": "BreadcrumbList", "itemListElement": items})


def item_list(cards: Sequence[ProductCard], first: int = 1) -> SafeString:
    """Return the products of a page of cards in their order; `first` is the place of the first one."""
    items = [
        {
            "@type": "ListItem",
            "position": place,
            "name": card.name,
            "url": public_url(reverse("catalog:product", args=[card.slug])),
        }
        for place, card in enumerate(cards, first)
    ]
    return _script({"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items})


def product_data(page: ProductPage, market: Market) -> SafeString:
    """Return a product with its offers in this market and what buyers said."""
    product = page.product
    data: dict[str, Any] = {
        "@type": "Product",
        "name": product.full_name,
        "url": public_url(product.get_absolute_url()),
        "image": public_url(picture_path(product.family)),
        "description": product.description,
        "brand": {"@type": "Brand", "name": product.brand.name},
        "category": product.category.name,
        "productID": str(product.public_id),
        "itemCondition": REFURBISHED,
    }
    if page.low and page.high:
        data["offers"] = {
            "@type": "AggregateOffer",
            "lowPrice": str(page.low.decimal),
            "highPrice": str(page.high.decimal),
            "priceCurrency": page.low.currency,
            "offerCount": page.offer_count,
            "availability": f"{SCHEMA}/InStock",
            "itemCondition": REFURBISHED,
            **({"offers": [_offer(page, page.deal, market)]} if page.deal else {}),
        }
    if page.reviews.count:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(page.reviews.mean),
            "reviewCount": page.reviews.count,
            "bestRating": "5",
            "worstRating": "1",
        }
        data["review"] = [_review(review) for review in page.reviews.latest]
    return _script(data)


def _offer(page: ProductPage, deal: Deal, market: Market) -> dict[str, Any]:
    """Return the version that the page shows, with its seller, delivery and the right to send it back."""
    seller = deal.offer.seller
    query = f"?sku={page.sku.public_id}&grade={page.grade}"
    return {
        "@type": "Offer",
        "url": public_url(page.product.get_absolute_url()) + query,
        "sku": str(page.sku.public_id),
        "name": f"{page.product.full_name}, {page.variant}",
        "price": str(deal.price.decimal),
        "priceCurrency": deal.price.currency,
        "availability": f"{SCHEMA}/InStock",
        "itemCondition": REFURBISHED,
        "seller": {"@type": "Organization", "name": seller.name, "url": public_url(seller.get_absolute_url())},
        "shippingDetails": _shipping(deal, market),
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": market.code,
            "returnPolicyCategory": f"{SCHEMA}/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": RETURN_DAYS,
            "returnMethod": f"{SCHEMA}/ReturnByMail",
            # The seller sends the label.
            "returnFees": f"{SCHEMA}/FreeReturn",
        },
    }


def _shipping(deal: Deal, market: Market) -> dict[str, Any]:
    carrier = market.carriers[0]
    days = carrier.days if deal.offer.seller.country == market.code else carrier.cross_border_days
    return {
        "@type": "OfferShippingDetails",
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": market.code},
        "shippingRate": {
            "@type": "MonetaryAmount",
            "value": str(Money(carrier.price_minor, market.currency).decimal),
            "currency": market.currency,
        },
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "handlingTime": _days(1, max(1, -(-deal.offer.handling_hours // 24))),
            "transitTime": _days(days, days),
        },
    }


def _days(least: int, most: int) -> dict[str, Any]:
    return {"@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY"}


def _review(review: Review) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.author_name},
        "datePublished": review.created_at.date().isoformat(),
        "reviewRating": {"@type": "Rating", "ratingValue": review.rating, "bestRating": 5, "worstRating": 1},
        "name": review.title,
        "reviewBody": review.text,
        "inLanguage": review.language,
    }
