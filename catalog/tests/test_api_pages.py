"""The API answers what the pages show: versions, figures with their sources, what stands beside a product, ways out."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import cache

from backmarket.core import clock
from catalog.enums import Grade, RelatedKind
from catalog.models import Offer, OfferPrice, RelatedProduct
from catalog.services.indexing import index_products

from .api import API, all_pages, answer, make_phone, problem, write_reviews, wrong
from .factories import (
    NOW,
    BrandFactory,
    CategoryFactory,
    ProductModelFactory,
    SellerFactory,
    SkuFactory,
    elect_all,
    make_listing,
)

pytestmark = pytest.mark.django_db
PHONE = "/products/apple-iphone-13/"
GUIDE = """Choose well.

## Which size

Look at [iPhones](c:iphones) or take **any**.

- [good](grade) is enough
- see [what fell](deals)
"""


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def phone():
    return make_phone()


def english(client, path: str):
    return answer(client, path, **{"Accept-Language": "en"})


def sell(name: str, price_minor: int = 10_000, **fields):
    product = ProductModelFactory(name=name, **fields)
    make_listing(sku=SkuFactory(product=product), price_minor=price_minor)
    elect_all()
    return product


def relate(product, other, kind=RelatedKind.BOUGHT_WITH) -> None:
    rank = RelatedProduct.objects.filter(product=product, kind=kind).count()
    RelatedProduct.objects.create(product=product, other=other, kind=kind, market="", rank=rank, score=1)


def prices(version) -> dict[str, int | None]:
    return {cell["grade"]: cell["price"] and cell["price"]["amount_minor"] for cell in version["cells"]}


def test_the_matrix_says_which_versions_exist_and_what_each_costs(client, phone):
    Offer.objects.filter(grade=Grade.EXCELLENT).update(in_stock=False)
    small, large = phone.skus.get(storage_gb=128), phone.skus.get(storage_gb=256)

    matrix = english(client, f"{PHONE}?market=FR")["matrix"]

    assert (matrix["version_count"], matrix["offer_count"]) == (2, 1)
    assert [group["label"] for group in matrix["groups"]] == ["128 GB", "256 GB"]
    versions = [version for group in matrix["groups"] for version in group["versions"]]
    assert [UUID(version["sku"]) for version in versions] == [small.public_id, large.public_id]
    assert [prices(version) for version in versions] == [
        {"premium": None, "excellent": None, "good": 45_900, "fair": None},
        {"premium": None, "excellent": None, "good": None, "fair": None},
    ]
    chosen = [cell for version in versions for cell in version["cells"] if cell["is_chosen"]]
    assert [(cell["grade"], cell["is_lowest"]) for cell in chosen] == [("good", True)]


def test_a_sold_out_version_names_the_nearest_that_is_in_stock(client, phone):
    Offer.objects.filter(grade=Grade.EXCELLENT).update(in_stock=False)
    large, small = phone.skus.get(storage_gb=256), phone.skus.get(storage_gb=128)

    page = answer(client, f"{PHONE}?market=FR&sku={large.public_id}&grade=excellent")

    assert (page["deal"], page["is_version_here"], page["sold_in"]) == (None, True, ["FR"])
    assert (UUID(page["nearest"]["sku"]), page["nearest"]["grade"]) == (small.public_id, "good")
    assert page["nearest"]["price"]["amount_minor"] == 45_900


def test_savings_come_with_the_source_of_each_figure(client, phone):
    phone.co2_saved_g, phone.ewaste_saved_g, phone.family = 54_000, 213, "phone-dual"
    phone.save()

    page = english(client, f"{PHONE}?market=FR")

    assert [(one["key"], one["amount"], one["unit"]) for one in page["savings"]] == [
        ("co2", 54_000, "g"),
        ("ewaste", 213, "g"),
        ("water", 11_000, "l"),
    ]
    assert page["savings"][2]["source"] == "Estimate: Friends of the Earth and Trucost, “Mind your step”, 2015"
    assert all(one["title"] and one["text"] and one["source"] for one in page["savings"])
    assert page["product"]["water_saved_litres"] == 11_000


def test_nothing_is_claimed_that_no_figure_was_published_for(client, phone):
    phone.co2_saved_g, phone.ewaste_saved_g, phone.family = None, None, "laptop"
    phone.save()

    page = answer(client, f"{PHONE}?market=FR")

    assert (page["savings"], page["battery"], page["repairability"]) == ([], None, None)


def test_battery_and_repairability_are_answered_where_they_are_known(client, phone):
    index = {"score": 6.2, "scale": 10, "source": "Indice, 2021"}
    phone.specs = [{"key": "battery_mah", "value": 3240}, {"key": "repairability", "value": index}]
    phone.save()

    page = answer(client, f"{PHONE}?market=FR", **{"Accept-Language": "fr"})

    assert (page["battery"]["minimum_percent"], page["battery"]["asked_percent"]) == (80, 85)
    assert page["battery"]["title"] == "Batterie, 80\u202f% ou plus"
    assert page["repairability"] == index


def test_a_deal_says_how_many_are_left_and_who_brings_it(client, phone):
    deal = answer(client, f"{PHONE}?market=FR")["deal"]

    assert (deal["carrier"], deal["express_carrier"]) == ("Colissimo", "Chronopost")
    assert (deal["available"], deal["handling_hours"]) == (5, 24)


def test_the_contest_says_in_words_why_each_won_or_lost(client, phone):
    contenders = english(client, f"{PHONE}?market=FR")["contest"]["contenders"]

    assert [one["verdict"] for one in contenders] == ["Lowest once its record is counted", "Costs 10,00\xa0€ more"]
    assert [one["costs_more"] and one["costs_more"]["amount_minor"] for one in contenders] == [None, 1_000]
    assert [one["costs_less"] for one in contenders] == [None, None]


def test_what_is_bought_with_a_product_and_what_is_like_it(client, phone):
    case, other, gone = sell("Case"), sell("iPhone 14"), ProductModelFactory(name="Gone")
    relate(phone, case)
    relate(phone, other, RelatedKind.SIMILAR)
    relate(phone, gone, RelatedKind.SIMILAR)

    page = answer(client, f"{PHONE}?market=FR")
    related = answer(client, f"{PHONE}related/?market=FR")
    abroad = answer(client, f"{PHONE}related/?market=DE")

    assert [card["slug"] for card in page["bought_with"]] == [case.slug]
    assert {kind: [card["slug"] for card in cards] for kind, cards in related.items()} == {
        "bought_with": [case.slug],
        "similar": [other.slug],
    }
    assert abroad == {"bought_with": [], "similar": []}


def test_every_sellers_listing_is_answered_to_narrow_and_to_sort(client, phone):
    path = f"{PHONE}listings/?market=FR"

    page = english(client, path)
    lille = answer(client, f"{path}&seller=atelier-lille&sort=-price")
    nobody = answer(client, f"{path}&seller=nobody")

    assert [(row["seller"], row["price"]["amount_minor"], row["grade"]) for row in page["items"]] == [
        ("atelier-lyon", 45_900, "good"),
        ("atelier-lille", 46_900, "good"),
        ("atelier-lille", 52_900, "excellent"),
    ]
    assert (page["total"], page["next"]) == (3, None)
    assert [(choice["label"], choice["count"]) for choice in page["choices"]["grade"]] == [
        ("Excellent", 1),
        ("Good", 2),
    ]
    assert [row["price"]["amount_minor"] for row in lille["items"]] == [52_900, 46_900]
    assert (nobody["items"], nobody["total"]) == ([], 0)
    assert wrong(client.get(f"{API}{path}&sort=cheap")) == [("sort", "invalid_choice")]


@pytest.mark.parametrize("sort", ["price", "-price", "grade", "days", "rating"])
def test_cursors_walk_through_all_listings_once(client, phone, sort):
    sku = phone.skus.get(storage_gb=128)
    for n in range(7):
        make_listing(sku=sku, price_minor=46_900, seller=SellerFactory(name=f"Same {n}"))

    rows = all_pages(client, f"{PHONE}listings/?market=FR&sort={sort}", 3)

    assert len({row["listing"] for row in rows}) == len(rows) == 10


def test_a_listing_that_goes_takes_nothing_with_it(client, phone):
    path = f"{PHONE}listings/?market=FR&page_size=1"
    first = answer(client, path)
    phone.offers.get(grade=Grade.GOOD).listing.markets.update(is_published=False)

    second = answer(client, f"{path}&cursor={first['next']}")

    assert [row["price"]["amount_minor"] for row in second["items"]] == [46_900]


def test_promises_say_what_grades_allow_and_what_is_tested(client):
    found = english(client, "/promises/?market=FR")

    assert [(grade["grade"], grade["name"]) for grade in found["grades"]] == [
        ("premium", "Premium"),
        ("excellent", "Excellent"),
        ("good", "Good"),
        ("fair", "Fair"),
    ]
    assert found["grades"][1]["text"] == "Marks you cannot see at 20 cm."
    assert sum(len(group["tests"]) for group in found["tests"]) == 31
    assert [(one["key"], one["amount"], one["unit"]) for one in found["promises"]] == [
        ("warranty", 12, "month"),
        ("returns", 30, "day"),
        ("tests", 31, "test"),
        ("battery", 80, "percent"),
        ("money_held", 7, "day"),
    ]


def test_a_category_answers_its_guide_in_pieces(client):
    CategoryFactory(key="phones", names={"en": "Phones"}, guide={"en": GUIDE})

    page = english(client, "/categories/phones/?market=FR")

    assert page["guide"] == "Choose well."
    (section,) = page["guide_sections"]
    assert section["title"] == "Which size"
    paragraph, items = section["blocks"]
    assert [(piece["text"], piece["target"], piece["is_strong"]) for piece in paragraph["lines"][0]] == [
        ("Look at ", None, False),
        ("iPhones", {"kind": "category", "key": "iphones"}, False),
        (" or take ", None, False),
        ("any", None, True),
        (".", None, False),
    ]
    assert (items["is_list"], [line[0]["text"] for line in items["lines"]]) == (True, ["Good", "see "])
    assert items["lines"][0][0]["target"] == {"kind": "grade", "key": ""}
    assert items["lines"][1][1]["target"] == {"kind": "deals", "key": ""}


def test_a_brand_names_its_categories(client):
    sell("Galaxy S21", brand=BrandFactory(name="Samsung"), category=CategoryFactory(key="smartphones"))

    brand = english(client, "/brands/samsung/?market=FR")

    assert (brand["slug"], brand["name"]) == ("samsung", "Samsung")
    assert [category["key"] for category in brand["categories"]] == ["smartphones"]
    problem(client.get(f"{API}/brands/nobody/?market=FR"), 404, "not_found")


def test_a_seller_says_how_it_invoices_and_where_it_sells(client, phone):
    seller = english(client, "/sellers/atelier-lyon/?market=FR")

    assert (seller["tax_scheme"], seller["sold_in"], seller["level_name"]) == (
        "margin",
        ["FR", "DE", "GB", "BE"],
        "Good",
    )


def test_a_reduced_card_says_what_it_cost_before(client, phone):
    Offer.objects.filter(grade=Grade.GOOD).update(low_before_minor=49_900, reduced_at=NOW - timedelta(days=1))

    (card,) = answer(client, "/cards/?market=FR&product=apple-iphone-13")

    assert (card["lowest_in_30_days"]["amount_minor"], card["drop"]["amount_minor"]) == (49_900, 4_000)
    assert card["reduced_at"] == (NOW - timedelta(days=1)).isoformat().replace("+00:00", "Z")


def test_cards_come_in_the_order_asked_for_without_what_is_gone(client, phone, django_assert_num_queries):
    other = sell("iPhone 14")
    ProductModelFactory(name="Never sold", slug="never-sold")
    path = f"/cards/?market=FR&product={other.slug}&product=never-sold&product=nothing&product=apple-iphone-13"

    with django_assert_num_queries(2):
        cards = answer(client, path)

    assert [card["slug"] for card in cards] == [other.slug, "apple-iphone-13"]
    assert wrong(client.get(f"{API}/cards/?market=FR")) == [("product", "required")]


def test_filters_that_leave_nothing_name_the_ways_out(client, phone):
    page = english(client, "/products/?market=FR&storage=128&grade=fair&price_max_minor=100000")

    assert (page["items"], page["total"]) == ([], 0)
    assert page["ways_out"] == [{"parameters": ["grade"], "text": "Fair", "total": 1}]
    assert [card["slug"] for card in page["near"]] == ["apple-iphone-13"]


def test_a_price_that_leaves_nothing_is_a_way_out_of_two_parameters(client, phone):
    page = english(client, "/products/?market=FR&price_max_minor=100")

    assert page["ways_out"] == [
        {"parameters": ["price_min_minor", "price_max_minor"], "text": "Price", "total": 1},
    ]


def test_what_is_found_needs_no_way_out(client, phone):
    page = answer(client, "/products/?market=FR&brand=apple")

    assert (page["total"], page["ways_out"], page["near"]) == (1, [], [])


def test_a_search_under_filters_that_leave_nothing_names_the_ways_out(client, phone):
    index_products()

    page = english(client, "/search/?market=FR&q=iphone&grade=fair")

    assert (page["understood"]["is_found"], page["total"]) == (True, 0)
    assert page["ways_out"] == [{"parameters": ["grade"], "text": "Fair", "total": 1}]


def test_places_that_are_suggested_can_be_asked_for(client, phone):
    index_products()

    places = english(client, "/suggestions/?market=FR&q=smart")["places"]

    assert [(place["kind"], place["key"], place["name"]) for place in places] == [
        ("category", "smartphones", "Smartphones")
    ]


def test_delivery_names_the_far_region_of_a_postcode(client, phone):
    corsica = english(client, f"{PHONE}delivery/?market=FR&postcode=20000")
    paris = english(client, f"{PHONE}delivery/?market=FR&postcode=75011")

    assert {way["area"] for way in corsica} == {"Corsica"}
    assert {way["area"] for way in paris} == {None}


def test_a_product_page_takes_as_many_queries_whatever_stands_on_it(client, phone, django_assert_num_queries):
    write_reviews(phone, 5)
    for n in range(6):
        relate(phone, sell(f"Case {n}"))
        OfferPrice.objects.create(
            market="FR", sku=phone.skus.first(), grade=Grade.GOOD, price_minor=50_000 + n,
            from_at=NOW - timedelta(days=n + 1),
        )  # fmt: skip

    with django_assert_num_queries(4):
        page = answer(client, f"{PHONE}?market=FR")

    assert (len(page["latest_reviews"]), len(page["bought_with"])) == (3, 4)


@pytest.mark.parametrize("count", [1, 12])
def test_related_products_take_as_many_queries_for_one_as_for_many(client, phone, django_assert_num_queries, count):
    for n in range(count):
        relate(phone, sell(f"Case {n}"))
        relate(phone, sell(f"Galaxy {n}"), RelatedKind.SIMILAR)

    with django_assert_num_queries(5):
        related = answer(client, f"{PHONE}related/?market=FR&count=24")

    assert (len(related["bought_with"]), len(related["similar"])) == (count, count)
