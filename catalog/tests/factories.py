"""Objects of the catalogue with the fewest defaults; importable by the tests of every tribe."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from catalog.enums import Grade
from catalog.models import Brand, Category, Listing, ListingMarket, Offer, ProductModel, Seller, Sku
from catalog.services import offers

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class BrandFactory(DjangoModelFactory[Brand]):
    class Meta:
        model = Brand
        django_get_or_create = ("slug",)

    name = "Apple"
    slug = factory.LazyAttribute(lambda brand: brand.name.lower())


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category
        django_get_or_create = ("key",)

    key = "smartphones"
    names = factory.LazyAttribute(lambda category: {"en": category.key.capitalize()})
    family = "phone-dual"


class ProductModelFactory(DjangoModelFactory[ProductModel]):
    class Meta:
        model = ProductModel

    brand = factory.SubFactory(BrandFactory)
    category = factory.SubFactory(CategoryFactory)
    name = factory.Sequence(lambda n: f"iPhone {n}")
    slug = factory.LazyAttribute(lambda product: f"apple-{product.name}".lower().replace(" ", "-"))
    family = "phone-dual"


class SkuFactory(DjangoModelFactory[Sku]):
    class Meta:
        model = Sku

    product = factory.SubFactory(ProductModelFactory)
    storage_gb = 128
    colour = "midnight"
    colour_names = {"en": "Midnight", "fr": "Minuit"}
    colour_hex = "#242a33"
    new_price_minor = 90_900
    key = factory.LazyAttribute(lambda sku: f"{sku.storage_gb}-{sku.colour}")
    attributes = factory.LazyAttribute(lambda sku: {"storage_gb": sku.storage_gb, "colour": sku.colour})


class SellerFactory(DjangoModelFactory[Seller]):
    class Meta:
        model = Seller

    name = factory.Sequence(lambda n: f"Atelier {n}")
    slug = factory.LazyAttribute(lambda seller: seller.name.lower().replace(" ", "-"))
    legal_name = factory.LazyAttribute(lambda seller: f"{seller.name} SAS")
    street = "1 rue des Ateliers"
    city = "Lyon"
    postcode = "69001"
    country = "FR"
    home_market = "FR"
    markets = ["FR", "DE", "GB", "BE"]
    created_at = NOW


class ListingFactory(DjangoModelFactory[Listing]):
    class Meta:
        model = Listing

    seller = factory.SubFactory(SellerFactory)
    sku = factory.SubFactory(SkuFactory)
    seller_sku = factory.Sequence(lambda n: f"SKU-{n}")
    grade = Grade.GOOD
    quantity = 5
    created_at = NOW


def make_listing(*, price_minor: int = 45_900, market: str = "FR", currency: str = "EUR", **fields: object) -> Listing:
    """Make a listing with its price in one market."""
    listing = ListingFactory(**fields)
    ListingMarket.objects.create(listing=listing, market=market, price_minor=price_minor, currency=currency)
    return listing


def elect_all(now: datetime = NOW) -> list[Offer]:
    """Elect every offer that listings compete for."""
    rows = ListingMarket.objects.values_list("market", "listing__sku_id", "listing__grade")
    offers.elect(list(rows), now=now)
    return list(Offer.objects.order_by("market", "sku_id", "grade"))
