"""What other tribes read of the catalogue: quotes for the basket, the header's categories, words of variants."""

import pytest
from django.core.cache import cache
from django.utils import translation

from backmarket.core.money import Money
from catalog.enums import SellerLevel
from catalog.models import Category, Listing, ListingMarket, Seller
from catalog.rules.attributes import AttributeRefusedError, checked, size_text, variant_text
from catalog.selectors.navigation import top_categories
from catalog.selectors.offers import identifier_kind_of, listing_id_of, listing_quotes

from .factories import CategoryFactory, make_listing


@pytest.mark.django_db
def test_a_quote_says_what_a_basket_needs():
    listing = make_listing(price_minor=45_900, quantity=5)
    Listing.objects.update(reserved=2)

    quote = listing_quotes(listing_ids=[listing.pk], market="FR")[listing.pk]

    assert (quote.price, quote.available, quote.is_published) == (Money(45_900, "EUR"), 3, True)
    assert (quote.variant, quote.grade, quote.identifier_kind) == ("128 GB · Midnight", "good", "imei")
    assert (quote.seller_name, quote.product_slug) == (listing.seller.name, listing.sku.product.slug)
    assert listing_id_of(quote.listing_public_id) == listing.pk


@pytest.mark.django_db
def test_a_listing_that_is_not_sold_in_a_market_has_no_quote_there():
    listing = make_listing()

    assert listing_quotes(listing_ids=[listing.pk, 4_711], market="DE") == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: ListingMarket.objects.update(is_published=False),
        lambda: Seller.objects.update(is_active=False),
        lambda: Seller.objects.update(level=SellerLevel.SUSPENDED),
        lambda: Seller.objects.update(markets=["DE"]),
    ],
    ids=["unpublished", "inactive", "suspended", "does not deliver"],
)
def test_a_quote_knows_when_a_listing_left_the_shop(change):
    listing = make_listing()
    change()

    assert not listing_quotes(listing_ids=[listing.pk], market="FR")[listing.pk].is_published


@pytest.mark.django_db
def test_quotes_take_one_query(django_assert_num_queries):
    ids = [make_listing().pk for _ in range(8)]

    with django_assert_num_queries(1):
        assert set(listing_quotes(listing_ids=ids, market="FR")) == set(ids)


@pytest.mark.parametrize(
    ("category", "parent", "kind"),
    [("iphones", "smartphones", "imei"), ("macbooks", "laptops", "serial"), ("cables", None, "")],
)
def test_devices_carry_a_number_and_accessories_none(category, parent, kind):
    assert identifier_kind_of(category, parent) == kind


@pytest.mark.django_db
def test_the_headers_categories_are_read_once_and_named_in_the_language(django_assert_num_queries):
    cache.clear()
    CategoryFactory(key="smartphones", names={"en": "Phones", "fr": "Téléphones"})
    Category.objects.create(key="iphones", parent=Category.objects.get(), names={"en": "iPhone"}, family="phone-dual")

    with django_assert_num_queries(1), translation.override("fr-fr"):
        french = top_categories()
    with django_assert_num_queries(0), translation.override("en-gb"):
        english = top_categories()

    assert [(found.name, found.url) for found in french] == [("Téléphones", "/fr-fr/c/smartphones/")]
    assert [(found.name, found.url) for found in english] == [("Phones", "/en-gb/c/smartphones/")]
    cache.clear()


@pytest.mark.parametrize(("size", "text"), [(64, "64 GB"), (1000, "1 TB"), (1024, "1 TB"), (1536, "1.5 TB")])
def test_capacities_are_written_as_people_do(size, text):
    assert size_text(size) == text


def test_a_variant_names_what_tells_it_apart():
    attributes = checked({"storage_gb": 256, "memory_gb": 16, "connectivity": "cellular", "screen_in": 13.3})

    assert variant_text(attributes, "Silver") == "16 GB memory · 256 GB · Wi-Fi and cellular · Silver"
    assert variant_text({}, "") == ""


@pytest.mark.parametrize(
    "attributes",
    [{"wheels": 4}, {"storage_gb": "128"}, {"storage_gb": True}, {"storage_gb": 0}, {"colour": " "}, {"screen_in": -1}],
    ids=str,
)
def test_attributes_of_the_wrong_kind_are_refused(attributes):
    with pytest.raises(AttributeRefusedError, match=next(iter(attributes))):
        checked(attributes)
