"""What people want of a device: read in six languages, found by specifications and descriptions, shown first."""

import pytest

from catalog.search.browsing import market_version
from catalog.search.needs import need_words
from catalog.search.query import search
from catalog.search.reader import read
from catalog.search.requests import SearchRequest
from catalog.services.indexing import index_products

from .factories import BrandFactory, CategoryFactory, ProductModelFactory, SkuFactory, elect_all, make_listing
from .words import small_catalogue

KNOWN = small_catalogue()


def parts_of(text, language=""):
    return [(part.kind, part.hint or part.text) for part in read(text, KNOWN, language).parts]


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("small phone", "=small"),
        ("petit téléphone", "=small"),
        ("kleines handy", "=small"),
        ("móvil pequeño", "=small"),
        ("telefono piccolo", "=small"),
        ("kleine telefoon", "=small"),
        ("phone with a stylus", "=stylus"),
        ("téléphone avec stylet", "=stylus"),
        ("handy mit stift", "=stylus"),
        ("móvil con mucha batería", "=battery"),
        ("handy mit großem Akku", "=battery"),
        ("telefoon met koptelefoonaansluiting", "=jack"),
        ("phone with headphone jack", "=jack"),
        ("smartphone 5200 mAh", "=mah5000"),
        ("téléphone pliable", "=foldable"),
        ("klapphandy", "=foldable"),
        ("titanium phone", "+titanium"),
    ],
)
def test_a_need_orders_and_filters_nothing(typed, hint):
    reading = read(typed, KNOWN)

    assert reading.hints == (hint,)
    assert reading.groups == (("category:smartphones",),)
    assert (reading.words, reading.ignored) == ([], [])


@pytest.mark.parametrize(
    ("typed", "prefers"),
    [
        ("cheap iphone", "price"),
        ("iphone pas cher", "price"),
        ("das günstigste iphone", "price"),
        ("iphone más barato", "price"),
        ("iphone economico", "price"),
        ("goedkoopste iphone", "price"),
        ("newest iphone", "new"),
        ("dernier iphone", "new"),
        ("neuestes iphone", "new"),
        ("iphone", ""),
    ],
)
def test_words_that_ask_for_an_order_prefer_it_among_equals(typed, prefers):
    reading = read(typed, KNOWN)

    assert (reading.prefers, reading.words, reading.hints) == (prefers, ["iphone"], ())


def test_a_word_that_hints_at_a_kind_of_device_is_a_need_beside_another_kind():
    assert parts_of("gaming phone", "en") == [("need", "=gaming"), ("category", "phone")]
    assert parts_of("gaming", "en") == [("category", "gaming")]
    assert parts_of("portable speaker", "en") == [("need", "=portable"), ("need", "+speaker")]


def test_a_need_that_no_product_meets_is_no_need():
    assert parts_of("rugged phone") == [("category", "phone")]


def test_names_are_not_needs():
    assert parts_of("iphone 13 mini") == [("word", "iphone"), ("word", "13"), ("word", "mini")]
    assert parts_of("z flip 3") == [("word", "z"), ("word", "flip"), ("word", "3")]


def test_at_most_three_needs_count():
    assert len(read("small light gaming phone with stylus and headphone jack", KNOWN).hints) == 3


def test_needs_come_from_measures_families_and_what_descriptions_say():
    found = need_words(
        descriptions=["Pocket size with a titanium frame."],
        specs={"screen_in": 5.4, "weight_g": 133, "battery_mah": 2227, "repairability": {"score": 8.1}},
        categories=["iphones", "smartphones"],
        family="phone-home",
    )

    needs = {word for word in found if word.startswith("=")}
    assert needs == {"=small", "=light", "=repairable", "=home-button", "=mah2000"}
    assert {"+pocket", "+titanium"} < set(found)


@pytest.mark.parametrize(
    ("said", "need", "meets"),
    [
        ("Noise cancelling and silicone tips.", "=noise-cancelling", True),
        ("Open-fit earbuds without noise cancelling.", "=noise-cancelling", False),
        ("Écouteurs ouverts sans réduction de bruit.", "=noise-cancelling", False),
        ("Simple model without ECG or always-on screen.", "=heart", False),
        ("MagSafe 2 ports; no touch screen.", "=touch", False),
        ("No fan. Touch screen.", "=touch", True),
    ],
)
def test_what_a_description_denies_is_not_met(said, need, meets):
    found = need_words(descriptions=[said], specs={}, categories=[], family="laptop")

    assert (need in found) is meets


def test_odd_specifications_are_passed_over():
    specs = {"screen_in": "large", "weight_g": None, "battery_mah": True, "repairability": "good"}

    assert need_words(descriptions=[""], specs=specs, categories=["smartphones"], family="") == ()


@pytest.fixture
def shelf(db):
    above = CategoryFactory(key="smartphones", names={"en": "Smartphones"})
    made = []
    for name, said, price, popularity in (
        ("iPhone 13", "Two cameras.", 40_000, 9),
        ("iPhone 13 mini", "Pocket size.", 30_000, 5),
        ("Galaxy Note 20", "Flat screen with stylus.", 20_000, 1),
    ):
        brand = BrandFactory(name=name.split()[0].replace("iPhone", "Apple").replace("Galaxy", "Samsung"))
        product = ProductModelFactory(
            name=name, brand=brand, category=above, popularity=popularity, descriptions={"en": said}
        )
        make_listing(sku=SkuFactory(product=product), price_minor=price)
        made.append(product)
    CategoryFactory(key="tablets", names={"en": "Tablets"})
    CategoryFactory(key="foldables", names={"en": "Foldables"}, parent=above)
    BrandFactory(name="Fairphone")
    elect_all()
    index_products()
    return made


def found(text, **filters):
    return search(text, filters=SearchRequest("FR", **filters), version=market_version("FR"))


def test_products_that_meet_a_need_come_first_in_every_order_and_the_others_stay(shelf):
    phone, mini, note = (product.pk for product in shelf)

    assert found("phone with stylus").hits.product_ids == (note, phone, mini)
    assert found("small phone").hits.product_ids == (mini, phone, note)
    assert found("small phone", sort="-price").hits.product_ids == (mini, phone, note)
    assert found("small phone", sort="price").hits.product_ids == (mini, note, phone)
    assert [(chip.kind, chip.label, chip.without) for chip in found("small phone").chips] == [
        ("need", "Small", "phone"),
        ("category", "Smartphones", "small"),
    ]


def test_the_cheapest_come_first_among_equals_but_names_before_them(shelf):
    phone, mini, note = (product.pk for product in shelf)

    assert found("cheap phone").hits.product_ids == (note, mini, phone)
    assert found("cheap iphone 13").hits.product_ids == (phone, mini)


def test_a_need_alone_searches_everything(shelf):
    assert found("stylus").hits.product_ids[0] == shelf[2].pk


def test_another_brand_or_the_kind_above_is_shown_where_nothing_fits(shelf):
    other_brand, above = found("fairphone smartphone"), found("foldables")

    assert (other_brand.is_partial, above.is_partial) == (True, True)
    assert other_brand.hits.total == above.hits.total == 3
    assert (other_brand.ignored, above.ignored) == (("fairphone",), ("foldables",))
    assert found("tablets").hits.total == 0
