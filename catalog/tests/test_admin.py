"""The catalogue in the admin: every page opens with few queries, and what changes goes through services."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from backmarket.accounts.models import User
from backmarket.core import outbox
from backmarket.core.models import AuditEntry
from catalog.enums import Grade, ReviewState, SellerLevel
from catalog.models import Brand, Category, Listing, ListingMarket, Offer, ProductModel, Review, Seller, Sku
from catalog.services.reviews import ReviewText, record_review

from .factories import NOW, CategoryFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
MODELS = (Brand, Category, ProductModel, Sku, Seller, Listing, Offer, Review)


@pytest.fixture
def staff(client):
    cache.clear()
    client.force_login(User.objects.create_superuser(email="staff@example.com", password="secret-word-1"))
    return client


def review_of(listing, reference="line:1"):
    return record_review(
        line_reference=reference,
        sku_id=listing.sku_id,
        seller_id=listing.seller_id,
        grade=Grade.GOOD,
        market="FR",
        said=ReviewText(rating=5, text="Good."),
        now=NOW,
    )


def page(model, name="changelist", *args):
    return reverse(f"admin:catalog_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_lists_open_with_few_queries_and_can_be_searched(staff, django_assert_max_num_queries, model):
    for number in range(12):
        review_of(make_listing(), f"line:{number}")
    elect_all()

    with django_assert_max_num_queries(12):
        assert staff.get(page(model)).status_code == 200
    assert staff.get(page(model), {"q": "iphone"}).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_forms_open(staff, model):
    review_of(make_listing())
    elect_all()

    assert staff.get(page(model, "change", model.objects.first().pk)).status_code == 200


def test_an_offer_shows_its_election(staff):
    listing = make_listing(price_minor=45_900)
    (offer,) = elect_all()

    html = staff.get(page(Offer, "change", offer.pk)).content.decode()

    assert listing.seller.name in html
    assert "459.00" in html


def listing_form(listing, **changes):
    market = listing.markets.get()
    return {
        "available": listing.available,
        "markets-TOTAL_FORMS": 1,
        "markets-INITIAL_FORMS": 1,
        "markets-0-id": market.pk,
        "markets-0-listing": listing.pk,
        "markets-0-price": "459.00",
        "markets-0-is_published": "on",
        **changes,
    }


def test_a_price_and_a_quantity_change_through_services(staff):
    listing = make_listing(price_minor=45_900, quantity=5)
    elect_all()

    changes = {"available": 7, "markets-0-price": "449.90"}
    response = staff.post(page(Listing, "change", listing.pk), listing_form(listing, **changes))
    outbox.drain(now=NOW)

    assert response.status_code == 302
    listing.refresh_from_db()
    assert (listing.quantity, listing.markets.get().price_minor) == (7, 44_990)
    assert Offer.objects.get().price_minor == 44_990
    entries = AuditEntry.objects.order_by("pk").values_list("actor_label", "action")
    assert list(entries) == [("staff@example.com", "quantity changed"), ("staff@example.com", "price changed")]


@pytest.mark.parametrize(
    "changes",
    [
        {"markets-0-price": "0"},
        {"markets-0-price": "free"},
        {"markets-0-price": "9999999"},
        {"markets-0-price": "1.999"},
        {"available": "-1"},
        {"available": "100001"},
    ],
    ids=str,
)
def test_an_impossible_price_or_quantity_is_refused_on_the_form(staff, changes):
    listing = make_listing(price_minor=45_900, quantity=5)

    response = staff.post(page(Listing, "change", listing.pk), listing_form(listing, **changes))

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    listing.refresh_from_db()
    assert (listing.quantity, ListingMarket.objects.get().price_minor) == (5, 45_900)
    assert not AuditEntry.objects.exists()


def test_a_listing_is_taken_off_the_shop(staff):
    listing = make_listing(price_minor=45_900)
    form = listing_form(listing)
    del form["markets-0-is_published"]

    staff.post(page(Listing, "change", listing.pk), form)

    assert not ListingMarket.objects.get().is_published
    assert AuditEntry.objects.get().action == "unpublished"


def test_a_sellers_level_changes_through_its_service(staff):
    seller = make_listing().seller

    staff.post(page(Seller, "change", seller.pk), {"level": SellerLevel.SUSPENDED, "is_active": "on", "name": "Forged"})

    changed = Seller.objects.get()
    assert (changed.level, changed.is_active, changed.name) == (SellerLevel.SUSPENDED, True, seller.name)
    assert AuditEntry.objects.get().action == "level changed"


@pytest.mark.parametrize(("action", "state"), [("publish", ReviewState.PUBLISHED), ("reject", ReviewState.REJECTED)])
def test_reviews_are_moderated_by_action(staff, action, state):
    review = review_of(make_listing())

    response = staff.post(page(Review), {"action": action, "_selected_action": [review.pk]})

    assert response.status_code == 302
    review.refresh_from_db()
    assert review.state == state
    assert Seller.objects.get().rating_count == (state == ReviewState.PUBLISHED)


def test_a_category_cannot_lie_below_itself(staff):
    top = CategoryFactory(key="top")
    below = Category.objects.create(key="below", parent_id=Category.objects.get(key="top").pk, family="camera")
    form = {
        "key": "top",
        "parent": below.pk,
        "names": '{"en": "Top"}',
        "guide": "{}",
        "family": "camera",
        "position": 0,
    }

    response = staff.post(page(Category, "change", below.parent_id), form)

    assert response.status_code == 200
    assert "cannot lie below itself" in response.content.decode()
    assert Category.objects.get(key=top.key).parent is None


def test_an_unknown_attribute_of_a_sku_is_refused(staff):
    sku = make_listing().sku
    form = {"product": sku.product_id, "key": sku.key, "attributes": '{"wheels": 4}', "colour_names": "{}"}

    response = staff.post(page(Sku, "change", sku.pk), form)

    assert response.status_code == 200
    assert "wheels" in response.content.decode()
    sku.refresh_from_db()
    assert sku.attributes == {"storage_gb": 128, "colour": "midnight"}


def test_a_renamed_product_is_found_by_its_new_name(staff):
    product = make_listing().sku.product
    form = {
        "brand": product.brand_id,
        "category": product.category_id,
        "name": "Fairphone 5",
        "slug": product.slug,
        "family": product.family,
        "descriptions": "{}",
        "specs": "[]",
        "popularity": 3,
        "state": "active",
        "skus-TOTAL_FORMS": 0,
        "skus-INITIAL_FORMS": 0,
    }

    response = staff.post(page(ProductModel, "change", product.pk), form)

    assert response.status_code == 302
    product.refresh_from_db()
    assert product.search_text == "apple fairphone 5"


def test_staff_without_the_right_cannot_moderate(client):
    review = review_of(make_listing())
    client.force_login(User.objects.create_user(email="new@example.com", password="secret-word-1", is_staff=True))

    response = client.post(page(Review), {"action": "publish", "_selected_action": [review.pk]})

    assert response.status_code == 403
    review.refresh_from_db()
    assert review.state == ReviewState.HELD
