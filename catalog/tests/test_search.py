"""The search engine against PostgreSQL: order, filters that give way, markets, typos, and its few queries."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.utils import translation

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.models import AuditEntry
from catalog.enums import BoostKind, ProductState
from catalog.models import Offer, ProductModel, SearchBoost, SearchSynonym
from catalog.search.query import search
from catalog.search.requests import SearchRequest
from catalog.selectors.pages.grid import matching_offers
from catalog.services.indexing import index_products
from catalog.services.search_words import save_synonym

from .factories import BrandFactory, CategoryFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
BLACK = {"colour": "midnight", "colour_names": {"en": "Midnight", "fr": "Minuit"}, "colour_hex": "#242a33"}
BLUE = {"colour": "blue", "colour_names": {"en": "Blue", "fr": "Bleu"}, "colour_hex": "#3f6fb5"}


@pytest.fixture(autouse=True)
def _fresh_vocabulary():
    cache.clear()


def product(name, *, brand="Apple", category="smartphones", popularity=50, **fields):
    return ProductModelFactory(
        name=name,
        brand=BrandFactory(name=brand),
        category=CategoryFactory(key=category),
        slug=name.lower().replace(" ", "-"),
        popularity=popularity,
        **fields,
    )


def offered(name, *, storages=(128,), colour=BLACK, market="FR", **fields):
    made = product(name, **fields)
    for storage in storages:
        make_listing(sku=SkuFactory(product=made, storage_gb=storage, **colour), market=market)
    return made


def indexed():
    elect_all()
    index_products()
    cache.clear()


def find(text, market="FR"):
    return search(text, filters=SearchRequest(market), version="")


def names(result):
    by_id = dict(ProductModel.objects.values_list("pk", "name"))
    return [by_id[pk] for pk in result.hits.product_ids]


@pytest.fixture
def phones():
    offered("iPhone 12 Pro Max", popularity=90)
    offered("iPhone 12", popularity=10, storages=(64, 128))
    offered("iPhone 12 mini", popularity=80, storages=(64,), colour=BLUE)
    offered("iPhone 13", popularity=99)
    offered("Galaxy S21", brand="Samsung")
    offered("Galaxy S21 Ultra", brand="Samsung", popularity=95)
    indexed()


@pytest.mark.usefixtures("phones")
def test_the_exact_name_comes_before_longer_and_more_popular_ones():
    assert names(find("iphone 12 128")) == ["iPhone 12", "iPhone 12 Pro Max"]
    assert names(find("iphone 12")) == ["iPhone 12", "iPhone 12 mini", "iPhone 12 Pro Max"]
    assert names(find("s21")) == ["Galaxy S21", "Galaxy S21 Ultra"]


@pytest.mark.usefixtures("phones")
def test_a_family_comes_by_popularity():
    assert names(find("iphone")) == ["iPhone 13", "iPhone 12 Pro Max", "iPhone 12 mini", "iPhone 12"]


@pytest.mark.usefixtures("phones")
def test_filters_are_named_and_narrow_the_offers():
    result = find("ipone 12 128 noir")

    assert [(chip.kind, chip.label, chip.without) for chip in result.chips] == [
        ("storage", "128 GB", "iphone 12 noir"),
        ("colour", "Noir", "iphone 12 128gb"),
    ]
    assert result.mended == "iphone 12 128gb noir"
    kept = matching_offers(result.request).filter(product_id__in=result.hits.product_ids).select_related("sku")
    assert {(offer.sku.storage_gb, offer.sku.colour) for offer in kept} == {(128, "midnight")}


@pytest.mark.usefixtures("phones")
def test_a_colour_that_nobody_sells_gives_way_before_the_capacity():
    result = find("iphone 12 128 bleu")

    assert names(result) == ["iPhone 12", "iPhone 12 Pro Max"]
    assert [chip.kind for chip in result.chips] == ["storage"]
    assert result.ignored == ("bleu",)


@pytest.mark.usefixtures("phones")
def test_words_that_no_product_has_together_find_what_has_some():
    result = find("galaxy 13")

    assert result.is_partial
    assert set(names(result)) == {"iPhone 13", "Galaxy S21", "Galaxy S21 Ultra"}


@pytest.mark.usefixtures("phones")
def test_brand_and_category_are_understood_in_the_shoppers_language():
    with translation.override("fr-fr"):
        result = find("téléphone samsung")

    assert names(result) == ["Galaxy S21 Ultra", "Galaxy S21"]
    assert [(chip.kind, chip.label) for chip in result.chips] == [("category", "Smartphones"), ("brand", "Samsung")]


@pytest.mark.usefixtures("phones")
@pytest.mark.parametrize("text", ["", "   ", "qwxyz", "'", "& | !", "\x00", "a" * 500, "((((", ":*", "%s %(a)s"])
def test_senseless_searches_find_nothing_and_fail_nothing(text):
    result = find(text)

    assert result.hits.product_ids == ()
    assert result.chips == ()


@pytest.mark.usefixtures("phones")
def test_words_run_together_are_found_by_their_trigrams_or_parts():
    assert names(find("galaxys21ultra")) == ["Galaxy S21 Ultra"]
    assert names(find("iphone12mini")) == ["iPhone 12 mini"]


def test_what_nobody_sells_here_is_named_but_not_found():
    offered("iPhone 12", market="DE")
    product("iPhone 12 Pro")
    indexed()

    here, there = find("iphone 12"), find("iphone 12", market="DE")

    assert here.hits.product_ids == ()
    assert [known.name for known in here.unavailable] == ["Apple iPhone 12", "Apple iPhone 12 Pro"]
    assert names(there) == ["iPhone 12"]
    assert [known.name for known in there.unavailable] == ["Apple iPhone 12 Pro"]


def test_withdrawn_products_and_sold_out_offers_are_not_found():
    offered("iPhone 12", state=ProductState.WITHDRAWN)
    offered("iPhone 12 mini")
    indexed()
    Offer.objects.update(in_stock=False)

    result = find("iphone 12")

    assert result.hits.product_ids == ()
    assert [known.name for known in result.unavailable] == ["Apple iPhone 12 mini"]


def test_memory_is_told_from_storage():
    made = product("MacBook Air", category="laptops")
    for memory in (8, 16):
        key = f"256-{memory}"
        make_listing(sku=SkuFactory(product=made, storage_gb=256, memory_gb=memory, key=key))
    indexed()

    result = find("macbook air 16 go ram 256")

    kept = matching_offers(result.request).filter(product_id__in=result.hits.product_ids).select_related("sku")
    assert [offer.sku.memory_gb for offer in kept] == [16]


@pytest.mark.parametrize("count", [1, 60])
def test_a_search_takes_three_queries_whatever_the_hits(django_assert_num_queries, count):
    for number in range(count):
        offered(f"iPhone {number} Plus")
    indexed()

    # The vocabulary, held; the hits, remembered; what nobody sells.
    with django_assert_num_queries(3):
        find("iphone plus")
    with django_assert_num_queries(1):
        find("iphone plus")


def test_indexing_takes_a_fixed_number_of_queries(django_assert_max_num_queries):
    for number in range(30):
        offered(f"iPhone {number}")

    with django_assert_max_num_queries(7):
        assert index_products() == 30


def test_indexing_again_writes_nothing():
    offered("iPhone 12")
    index_products()
    before = ProductModel.objects.values_list("search_text", "search_vector").get()

    index_products()

    assert ProductModel.objects.values_list("search_text", "search_vector").get() == before
    assert before[0] == "apple iphone 12"


def test_a_word_of_name_and_category_counts_as_a_name_beside_other_words_of_it():
    offered("Tablet Console", category="tablets", popularity=1)
    offered("Galaxy Tab", category="tablets", popularity=99)
    indexed()

    assert names(find("tablet")) == ["Galaxy Tab", "Tablet Console"]
    assert names(find("tablet console")) == ["Tablet Console"]


@pytest.mark.usefixtures("phones")
@pytest.mark.parametrize(
    ("text", "first", "dropped"),
    [
        ("iphone 12 sous 100 €", "iPhone 12", ("sous 100 eur",)),
        ("iphone 12 très bon état", "iPhone 12", ("tres bon etat",)),
        ("samsung iphone 13", "iPhone 13", ("samsung",)),
        ("iphone 13 512 go bleu", "iPhone 13", ("512gb", "bleu")),
    ],
)
def test_what_nothing_fits_gives_way_and_is_named(text, first, dropped):
    result = find(text)

    assert names(result)[0] == first
    assert result.ignored == dropped


@pytest.mark.usefixtures("phones")
def test_limits_of_the_price_are_those_of_one_and_the_same_offer():
    assert names(find("iphone 12 unter 500 euro"))[0] == "iPhone 12"
    result = find("iphone 12 unter 500 euro")

    assert [(chip.kind, chip.label) for chip in result.chips] == [("price", "up to €500")]
    assert (result.request.price_from_minor, result.request.price_to_minor) == (None, 50_000)


@pytest.mark.usefixtures("phones")
def test_the_narrower_of_two_limits_counts():
    result = search("iphone unter 500 euro", filters=SearchRequest("FR", price_to_minor=47_000), version="")

    assert result.request.price_to_minor == 47_000
    assert result.hits.total == 4


def test_staff_show_products_first_earlier_and_last():
    first = offered("iPhone 12", popularity=1)
    offered("iPhone 13", popularity=99)
    offered("iPhone 14", popularity=50)
    offered("iPhone 15", popularity=40)
    indexed()
    by_name = {row.name: row.pk for row in ProductModel.objects.all()}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    SearchBoost.objects.bulk_create(
        [
            SearchBoost(query="iphone", product=first, kind=BoostKind.PIN, reason="sale", starts_at=now),
            SearchBoost(product_id=by_name["iPhone 15"], kind=BoostKind.RAISE, points=30, reason="new", starts_at=now),
            SearchBoost(product_id=by_name["iPhone 13"], kind=BoostKind.BURY, reason="recall", starts_at=now),
            SearchBoost(
                product_id=by_name["iPhone 14"], kind=BoostKind.BURY, reason="over", starts_at=now, ends_at=clock.now()
            ),
        ]
    )
    cache.clear()

    assert names(find("iphone")) == ["iPhone 12", "iPhone 15", "iPhone 14", "iPhone 13"]


def test_a_synonym_of_staff_counts_with_the_next_search_of_every_process():
    offered("iPhone 12")
    indexed()
    assert names(find("knochen")) == []

    save_synonym(SearchSynonym(term="knochen", means="iphone 12"), actor=Actor.system("test"), now=clock.now())
    cache.clear()

    assert names(find("knochen")) == ["iPhone 12"]
    assert AuditEntry.objects.get().action == "search synonym saved"
