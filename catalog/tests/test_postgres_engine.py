"""The PostgreSQL engine: pages, orders, and counts that a choice leaves to its siblings."""

import pytest

from catalog.enums import Grade
from catalog.models import Offer
from catalog.search.browsing import browse, market_version
from catalog.search.postgres import PostgresEngine
from catalog.search.requests import SearchRequest

from .factories import NOW, BrandFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
FIND = PostgresEngine().find


def offered(name, price_minor, *, storage=128, grade=Grade.GOOD, brand="Apple", **fields):
    product = fields.pop("product", None) or ProductModelFactory(name=name, brand=BrandFactory(name=brand), **fields)
    sku = SkuFactory(product=product, storage_gb=storage, key=f"{storage}-{grade}")
    make_listing(sku=sku, price_minor=price_minor, grade=grade)
    return product


@pytest.fixture
def shelf():
    first = offered("iPhone 13", 45_000, storage=128, popularity=3)
    offered("", 52_000, storage=256, grade=Grade.PREMIUM, product=first)
    second = offered("iPhone 12", 30_000, storage=64, popularity=2)
    third = offered("Galaxy S21", 25_000, storage=128, brand="Samsung", popularity=1)
    elect_all()
    return first, second, third


def counts(hits, facet):
    return {key.partition(":")[2]: count for key, count in hits.counts.items() if key.startswith(f"{facet}:")}


def test_a_choice_leaves_the_counts_of_its_siblings(shelf):
    hits = FIND(SearchRequest("FR", chosen={"storage": ("128",)}))

    assert hits.product_ids == (shelf[0].pk, shelf[2].pk)
    assert counts(hits, "storage") == {"64": 1, "128": 2, "256": 1}
    assert counts(hits, "brand") == {"apple": 1, "samsung": 1}
    assert counts(hits, "grade") == {"good": 2}


def test_conditions_hold_for_one_and_the_same_offer(shelf):
    hits = FIND(SearchRequest("FR", chosen={"storage": ("128",), "grade": ("premium",)}))

    assert (hits.product_ids, hits.total) == ((), 0)
    assert counts(hits, "storage") == {"256": 1}
    assert counts(hits, "grade") == {"good": 2}


def test_several_values_of_a_facet_are_alternatives_and_recognised_groups_add_up(shelf):
    either = FIND(SearchRequest("FR", chosen={"storage": ("64", "256")}))
    both = FIND(SearchRequest("FR", recognised=(("storage:64", "storage:256"), ("grade:premium",))))

    assert either.product_ids == (shelf[0].pk, shelf[1].pk)
    assert both.product_ids == (shelf[0].pk,)


def test_the_price_range_is_that_without_the_price_condition(shelf):
    hits = FIND(SearchRequest("FR", price_from_minor=40_000, price_to_minor=50_000))

    assert hits.product_ids == (shelf[0].pk,)
    assert (hits.low_minor, hits.high_minor) == (25_000, 52_000)
    assert sum(counts(hits, "price").values()) == 4
    assert counts(hits, "brand") == {"apple": 1}


def test_models_count_their_offers_and_other_facets_products(shelf):
    hits = FIND(SearchRequest("FR"))

    assert counts(hits, "model") == {"apple-iphone-13": 2, "apple-iphone-12": 1, "apple-galaxy-s21": 1}
    assert counts(hits, "brand") == {"apple": 2, "samsung": 1}


@pytest.mark.parametrize(
    ("sort", "places"),
    [("best", (0, 1, 2)), ("price", (2, 1, 0)), ("-price", (0, 1, 2)), ("nonsense", (0, 1, 2))],
)
def test_orders_with_the_primary_key_to_settle_ties(shelf, sort, places):
    assert FIND(SearchRequest("FR", sort=sort)).product_ids == tuple(shelf[place].pk for place in places)


def test_pages_follow_each_other_and_one_beyond_the_end_is_the_last(shelf):
    def page(number):
        return browse(SearchRequest("FR", page=number, page_size=2), version="")

    assert page(1).product_ids == (shelf[0].pk, shelf[1].pk)
    assert page(2).product_ids == page(99).product_ids == (shelf[2].pk,)
    assert page(1).total == page(99).total == 3


def test_a_page_beyond_the_end_costs_one_query_like_any_other(shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        browse(SearchRequest("FR", page=99, page_size=2), version="")


def test_what_was_found_is_remembered_until_the_market_changes(shelf, django_assert_num_queries):
    request = SearchRequest("FR")
    before = market_version("FR")
    browse(request, version=before)
    with django_assert_num_queries(0):
        browse(request, version=before)

    Offer.objects.filter(product=shelf[0]).update(in_stock=False)
    elect_all(now=NOW.replace(hour=NOW.hour + 1))

    assert market_version("FR") != before
    assert browse(request, version=market_version("FR")).total == 3
    assert market_version("DE") == ""


def test_an_election_that_commits_after_a_later_one_changes_the_version_too(shelf):
    for minute in range(1, 5):
        Offer.objects.filter(product=shelf[0]).update(elected_at=NOW.replace(minute=minute + 10))
        before = market_version("FR")

        Offer.objects.filter(product=shelf[1]).update(elected_at=NOW.replace(minute=minute))

        assert market_version("FR") != before


def test_a_request_takes_one_statement(shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        FIND(SearchRequest("FR", words=("iphone",), chosen={"storage": ("128",)}, price_to_minor=90_000))
