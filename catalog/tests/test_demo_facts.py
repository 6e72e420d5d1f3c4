"""The demo's facts hold together; nothing here needs a database."""

import re
from collections import Counter, defaultdict

import pytest
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat

from backmarket.core.devices import FAMILIES_BY_KEY
from backmarket.markets.registry import LANGUAGE_NAMES
from catalog.demo import facts, texts
from catalog.rules.attributes import coded_words
from catalog.rules.guides import Guide, read_guide
from catalog.rules.searches import may_be_logged
from catalog.search.text import normalised

COUNTRIES = {"FR", "DE", "ES", "IT", "NL", "BE", "GB", "US"}
MARKETS = COUNTRIES | {"IE", "AT"}
POSTCODES = {
    "FR": r"\d{5}",
    "DE": r"\d{5}",
    "ES": r"\d{5}",
    "IT": r"\d{5}",
    "NL": r"[1-9]\d{3} [A-Z]{2}",
    "BE": r"[1-9]\d{3}",
    "IE": r"[A-Z]\d[\dW] [\dA-Z]{4}",
    "AT": r"[1-9]\d{3}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}",
    "US": r"\d{5}",
}


def _model(slug):
    return next(model for model in facts.load_models() if model.slug == slug)


def test_the_demo_sells_enough_models_and_skus():
    models = facts.load_models()

    assert len(models) >= 170
    assert sum(len(model.variants()) for model in models) >= 8_000


def test_every_leaf_category_has_models_and_every_picture_exists():
    categories = facts.load_categories()
    parents = {category.parent for category in categories}
    used = Counter(model.category for model in facts.load_models())

    assert {category.key for category in categories} - parents == set(used)
    assert {category.family for category in categories} <= set(FAMILIES_BY_KEY)


def test_slugs_and_category_keys_are_unique():
    slugs = [model.slug for model in facts.load_models()]
    seller_slugs = [seller.slug for seller in facts.load_sellers()]

    assert len(slugs) == len(set(slugs))
    assert len(seller_slugs) == len(set(seller_slugs))


def test_no_two_variants_of_a_model_are_the_same():
    doubled = [
        model.slug
        for model in facts.load_models()
        if len({frozenset(variant.attributes.items()) for variant in model.variants()}) != len(model.variants())
    ]

    assert doubled == []


def test_an_iphone_13_has_its_storages_finishes_and_launch_prices():
    model = _model("apple-iphone-13")

    prices = {variant.attributes["storage_gb"]: variant.new_price_minor for variant in model.variants()}

    assert prices == {128: 90_900, 256: 102_900, 512: 125_900}
    assert [colour.key for colour in model.colours] == ["midnight", "starlight", "blue", "pink", "green", "product-red"]
    assert len(model.variants()) == 3 * 6 * 2
    assert (model.launch_year, model.launch_month, model.family) == (2021, 9, "phone-dual")


def test_a_configuration_limits_the_finishes_it_came_in():
    model = _model("apple-watch-series-9")

    steel = {v.colour.key for v in model.variants() if v.attributes["case_material"] == "stainless-steel"}

    assert steel == {"graphite", "silver", "gold"}


def test_a_variant_carries_the_hex_colour_of_its_finish():
    for model in facts.load_models():
        for variant in model.variants():
            assert variant.attributes["colour"] == variant.colour.key
            assert variant.attributes["colour_hex"] == variant.colour.hex


def test_more_storage_never_costs_less():
    by_rest = defaultdict(list)
    for model in facts.load_models():
        for configuration in model.configurations:
            rest = tuple(sorted((k, v) for k, v in configuration.attributes.items() if k != "storage_gb"))
            storage = int(configuration.attributes.get("storage_gb", 0))
            by_rest[model.slug, rest, configuration.colour_keys].append((storage, configuration.price_minor))

    cheaper_though_larger = [
        key for key, rows in by_rest.items() if [price for _, price in sorted(rows)] != sorted(p for _, p in rows)
    ]
    assert cheaper_though_larger == []


def test_savings_stay_below_the_footprint_of_a_new_device():
    for model in facts.load_models():
        assert 0 < model.co2_saved_kg < model.co2_new_kg
        assert model.ewaste_g > model.weight_g
        assert model.co2_basis in {"maker", "estimate"}
        assert 1 <= model.popularity <= 100
        assert 2011 <= model.launch_year <= 2026
        assert 1 <= model.launch_month <= 12


def test_models_are_described_in_english_and_french():
    for model in facts.load_models():
        assert set(model.description) == {"en", "fr"}
        assert all(text.endswith(".") and ".." not in text for text in model.description.values()), model.slug


def test_categories_have_names_and_guides_in_every_language():
    keys = {category.key for category in facts.load_categories()}
    for category in facts.load_categories():
        assert set(category.guide) == set(category.names) == set(facts.LANGUAGES)
        for language, text in category.guide.items():
            guide = read_guide(text)
            assert guide.summary.endswith("."), (category.key, language)
            assert len(guide.sections) == (3 if category.parent is None else 0), (category.key, language)
            assert {target for target in targets_of(guide) if target != "grade"} <= {f"c:{key}" for key in keys}


def targets_of(guide: Guide) -> set[str]:
    lines = [line for section in guide.sections for block in section.blocks for line in block.lines]
    return {piece.target for line in lines for piece in line if piece.target}


def test_every_coded_attribute_value_has_words_in_every_language():
    labels = coded_words()
    values = {
        (key, str(value))
        for model in facts.load_models()
        for variant in model.variants()
        for key, value in variant.attributes.items()
        if key in {"sim", "keyboard", "connectivity", "case_material", "edition"}
    }

    assert {(key, value) for key, value in values if set(labels[key][value]) != set(facts.LANGUAGES)} == set()


def test_forty_sellers_come_from_eight_countries_and_reach_every_market():
    sellers = facts.load_sellers()

    assert len(sellers) == 40
    assert {seller.country for seller in sellers} == COUNTRIES
    assert {market for seller in sellers for market in seller.markets} == MARKETS
    assert all(seller.home_market in seller.markets for seller in sellers)
    assert {seller.handling_hours for seller in sellers} == {24, 36, 48, 72}
    assert {seller.tax_scheme for seller in sellers} == {"margin", "vat"}
    assert sum(seller.history_days < 45 for seller in sellers) >= 5


def test_sellers_prefer_categories_that_exist():
    keys = {category.key for category in facts.load_categories()}

    assert {key for seller in facts.load_sellers() for key in seller.specialities} <= keys


@pytest.mark.parametrize("seller", facts.load_sellers(), ids=lambda seller: seller.slug)
def test_a_seller_has_a_valid_vat_number_and_postcode(seller):
    assert re.fullmatch(POSTCODES[seller.country], seller.postcode)
    if seller.country == "US":
        assert seller.vat_number == ""
    elif seller.country == "GB":
        assert gb_vat.is_valid(seller.vat_number)
    else:
        assert seller.vat_number.startswith(seller.country)
        assert eu_vat.is_valid(seller.vat_number)


def test_reviews_have_a_phrase_for_every_rating_topic_and_language():
    reviews = texts.load_reviews()

    assert set(reviews) == set(facts.LANGUAGES)
    for topics in reviews.values():
        assert set(topics) == set(texts.REVIEW_TOPICS)
        for phrases in topics.values():
            assert all(any(phrase.fits(rating) for phrase in phrases) for rating in range(1, 6))


@pytest.mark.parametrize("country", sorted(MARKETS))
def test_shoppers_of_a_market_have_names_and_addresses(country):
    people = texts.load_people()[country]

    assert len(people.addresses) >= 10
    assert len(people.first_names) >= 10
    assert len(people.last_names) >= 10
    assert all(re.fullmatch(POSTCODES[country], address.postcode) for address in people.addresses)


def test_tickets_cover_every_issue_with_both_sides_in_three_languages():
    tickets = texts.load_tickets()

    assert set(tickets) == {
        "battery", "screen", "sound", "not-received", "worse-than-described", "wrong-item", "lock",
    }  # fmt: skip
    for conversations in tickets.values():
        assert all(set(t.opening) == set(t.reply) == {"en", "fr", "de"} for t in conversations)


def test_an_unknown_picture_is_named(monkeypatch):
    row = facts.read("categories.json")[0] | {"family": "toaster"}
    monkeypatch.setattr(facts, "read", lambda name: [row])

    with pytest.raises(facts.DemoFactsError, match="smartphones: no device family toaster"):
        facts.load_categories.__wrapped__()


def test_every_language_has_searches_of_every_kind_that_the_log_would_keep():
    searches = texts.load_searches()

    assert set(searches) == set(LANGUAGE_NAMES)
    for found in searches.values():
        assert {search.kind for search in found} == {"found", "few_clicks", "near", "missing"}
        normal_forms = [normalised(search.text) for search in found]
        assert len(set(normal_forms)) == len(normal_forms)
        assert all(may_be_logged(search.text, normalised(search.text)) for search in found)
