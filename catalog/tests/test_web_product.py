"""The product page: versions, the chosen offer, why it won, and every state between sold and gone."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from catalog.enums import Grade, ReviewState
from catalog.models import OfferPrice, Review
from catalog.services import listings

from .factories import NOW, ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
# The product with its voices, its offers, the election; the header's categories come from a cache of a minute.
QUERIES = 4
URL = "/fr-fr/p/apple-iphone-13/"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def product():
    return ProductModelFactory(name="iPhone 13")


def sku_of(product, storage: int, colour: str = "midnight", **fields: object):
    return SkuFactory(
        product=product, storage_gb=storage, colour=colour, colour_names={"en": colour.capitalize()}, **fields
    )


def review(product, sku, seller, n: int, rating: int = 5, state: str = ReviewState.PUBLISHED) -> None:
    Review.objects.create(
        product=product, sku=sku, seller=seller, grade="good", line_reference=f"line:{n}", rating=rating, text="Bien",
        language="fr", market="FR", author_name="Léa", created_at=NOW, state=state,
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 12])
def test_product_takes_as_many_queries_for_one_offer_as_for_many(client, product, django_assert_num_queries, count):
    for n in range(count):
        sku = sku_of(product, 64 * (n + 1))
        for grade in (Grade.GOOD, Grade.FAIR):
            make_listing(sku=sku, grade=grade, price_minor=40_000 + n)
            make_listing(sku=sku, grade=grade, price_minor=41_000 + n)
        review(product, sku, SellerFactory(), n)
    elect_all()

    with django_assert_num_queries(QUERIES):
        response = client.get(URL)

    assert response.status_code == 200
    assert response.context["page"].offer_count == 2 * count


def test_the_chosen_version_is_shown_with_its_price_and_saving(client, product):
    small, large = sku_of(product, 128), sku_of(product, 256, new_price_minor=102_900)
    make_listing(sku=small, price_minor=45_900)
    listing = make_listing(sku=large, price_minor=52_950, grade=Grade.EXCELLENT)
    elect_all()

    response = client.get(f"{URL}?sku={large.public_id}&grade=excellent")
    page, html = response.context["page"], response.content.decode()

    assert (page.sku, page.grade, page.is_as_wished) == (large, "excellent", True)
    assert (page.deal.price, page.deal.saving, page.deal.percent) == (Money(52_950, "EUR"), Money(49_950, "EUR"), 48)
    assert "529,50\xa0€" in html
    assert "499,50\xa0€" in html
    assert f'name="listing" value="{listing.public_id}"' in html
    assert 'action="/fr-fr/basket/add/"' in html


def test_without_a_wish_the_cheapest_version_is_shown(client, product):
    make_listing(sku=sku_of(product, 128), price_minor=45_900)
    cheap = sku_of(product, 64)
    make_listing(sku=cheap, price_minor=31_000, grade=Grade.FAIR)
    elect_all()

    page = client.get(URL).context["page"]

    assert (page.sku, page.grade, page.is_as_wished) == (cheap, "fair", True)
    assert (page.low, page.high) == (Money(31_000, "EUR"), Money(45_900, "EUR"))


def test_a_version_can_be_asked_for_by_its_attributes(client, product):
    make_listing(sku=sku_of(product, 128, "blue"), price_minor=30_000)
    wanted = sku_of(product, 256, "blue")
    make_listing(sku=wanted, price_minor=40_000)
    make_listing(sku=sku_of(product, 256, "pink"), price_minor=35_000)
    elect_all()

    page = client.get(f"{URL}?storage=256&colour=blue&grade=good").context["page"]

    assert (page.sku, page.grade, page.is_as_wished) == (wanted, "good", True)


@pytest.mark.parametrize(
    "query",
    [
        "sku=00000000-0000-0000-0000-000000000000",
        "sku=abc&grade=zz",
        "sku=%00",
        "grade=premium",
        "storage=abc",
        "storage=999",
        "colour=%00",
        "colour=" + "a" * 10_000,
    ],
)
def test_an_unknown_version_leads_to_the_best_offer_with_a_note(client, product, query):
    make_listing(sku=sku_of(product, 128), price_minor=45_900)
    elect_all()

    response = client.get(f"{URL}?{query}")

    assert response.status_code == 200
    assert response.context["page"].deal.price == Money(45_900, "EUR")
    assert response.context["page"].is_as_wished is False
    assert "Voici la meilleure offre à la place." in response.content.decode()


def test_picker_shows_every_value_with_what_it_costs_and_what_else_changes(client, product):
    midnight, blue = sku_of(product, 128), sku_of(product, 256, "blue")
    gone = sku_of(product, 512, "pink")
    make_listing(sku=midnight, price_minor=45_900)
    make_listing(sku=midnight, price_minor=51_000, grade=Grade.EXCELLENT)
    make_listing(sku=blue, price_minor=48_000)
    make_listing(sku=gone, price_minor=60_000, quantity=0)
    elect_all()

    picker = client.get(f"{URL}?sku={midnight.public_id}&grade=good").context["page"].picker
    storage, colour = picker.dimensions

    assert [(choice.label, choice.price, choice.detour, choice.is_chosen) for choice in storage.choices] == [
        ("128 Go", Money(45_900, "EUR"), "", True),
        ("256 Go", Money(48_000, "EUR"), "Blue", False),
        ("512 Go", None, "Pink", False),
    ]
    assert storage.choices[1].query == f"?sku={blue.public_id}&grade=good"
    assert [(choice.label, choice.is_chosen) for choice in colour.choices] == [
        ("Midnight", True),
        ("Blue", False),
        ("Pink", False),
    ]
    assert [(choice.value, choice.price) for choice in picker.grades] == [
        ("premium", None),
        ("excellent", Money(51_000, "EUR")),
        ("good", Money(45_900, "EUR")),
        ("fair", None),
    ]


def test_prices_are_in_the_money_of_the_market_and_nothing_is_converted(client, product):
    sku = sku_of(product, 128)
    make_listing(sku=sku, price_minor=39_950, market="GB", currency="GBP")
    elect_all()

    response = client.get("/en-gb/p/apple-iphone-13/")

    assert "£399.50" in response.content.decode()
    assert "€" not in response.content.decode().replace("EUR", "")
    assert response.context["page"].deal.saving is None


def test_the_reason_names_the_others_and_why_the_cheaper_one_lost(client, product):
    sku = sku_of(product, 128)
    good = SellerFactory(name="Soin", quality_lower_permille=1000)
    poor = SellerFactory(name="Bazar", quality_lower_permille=500)
    winner = make_listing(sku=sku, price_minor=40_000, seller=good)
    make_listing(sku=sku, price_minor=39_500, seller=poor)
    elect_all()

    response = client.get(URL)
    contest, html = response.context["page"].contest, response.content.decode()

    assert response.context["page"].deal.offer.listing == winner
    assert [(row.seller.name, row.bonus, row.score, row.is_winner) for row in contest.contenders] == [
        ("Soin", Money(1_200, "EUR"), Money(38_800, "EUR"), True),
        ("Bazar", Money(0, "EUR"), Money(39_500, "EUR"), False),
    ]
    assert contest.cheaper.costs_less == Money(500, "EUR")
    assert contest.cheaper.lost_by == Money(700, "EUR")
    assert "Bazar demande 5,00\xa0€ de moins" in html
    assert "compte pour 7,00\xa0€ de plus" in html
    assert [row.verdict for row in contest.contenders] == [
        "La plus basse, résultats pris en compte",
        "5,00\xa0€ de moins, mais ses résultats la font compter pour 7,00\xa0€ de plus",
    ]


def test_a_seller_who_has_left_since_is_not_offered(client, product):
    sku = sku_of(product, 128)
    make_listing(sku=sku, price_minor=40_000)
    left = make_listing(sku=sku, price_minor=41_000)
    elect_all()
    listings.set_published(listing_id=left.pk, market="FR", is_published=False, actor=Actor.system("test"), now=NOW)

    response = client.get(URL)

    assert str(left.public_id) not in response.content.decode()


def test_a_reduced_price_shows_the_lowest_of_the_30_days_before(client, product):
    now = timezone.now()
    sku = sku_of(product, 128)
    make_listing(sku=sku, price_minor=40_000)
    elect_all(now - timedelta(days=2))
    for days, price_minor in ((90, 30_000), (50, 43_000), (20, 42_000), (10, 44_000)):
        OfferPrice.objects.create(
            market="FR", sku=sku, grade="good", price_minor=price_minor, from_at=now - timedelta(days=days)
        )

    response = client.get(URL)

    assert response.context["page"].deal.low_before == Money(42_000, "EUR")
    assert "420,00\xa0€" in response.content.decode()
    assert response.context["chart"].low == Money(30_000, "EUR")


def test_delivery_is_promised_by_the_calendar_of_the_market(client, product):
    make_listing(sku=sku_of(product, 128), price_minor=40_000, handling_hours=24)
    elect_all()
    monday_noon = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)

    with clock.travel(monday_noon - timezone.now()):
        page = client.get(URL).context["page"]

    assert page.deal.window.earliest_date.isoformat() == "2026-11-26"
    assert page.deal.window.latest_date.isoformat() == "2026-11-30"
    assert page.deal.express_window.earliest_date.isoformat() == "2026-11-24"


def test_only_published_reviews_count(client, product):
    sku, seller = sku_of(product, 128), SellerFactory()
    make_listing(sku=sku, seller=seller)
    elect_all()
    for n, (rating, state) in enumerate(
        [(5, ReviewState.PUBLISHED), (2, ReviewState.PUBLISHED), (1, ReviewState.HELD), (1, ReviewState.REJECTED)]
    ):
        review(product, sku, seller, n, rating, state)

    reviews = client.get(URL).context["page"].reviews

    assert (reviews.count, reviews.mean) == (2, 3.9)
    assert [(share.stars, share.count, share.percent) for share in reviews.spread] == [
        (5, 1, 50),
        (4, 0, 0),
        (3, 0, 0),
        (2, 1, 50),
        (1, 0, 0),
    ]
    assert len(reviews.latest) == 2


def structured(html: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_search_engines_read_the_offers_and_the_rating(client, product):
    sku, seller = sku_of(product, 128), SellerFactory()
    make_listing(sku=sku, price_minor=45_900, seller=seller)
    make_listing(sku=sku, price_minor=51_050, grade=Grade.PREMIUM, seller=seller)
    elect_all()
    review(product, sku, seller, 1, 4)

    data = structured(client.get(URL).content.decode())

    assert data["@type"] == "Product"
    offers = data["offers"].pop("offers")
    assert data["offers"] == {
        "@type": "AggregateOffer",
        "lowPrice": "459.00",
        "highPrice": "510.50",
        "priceCurrency": "EUR",
        "offerCount": 2,
        "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/RefurbishedCondition",
    }
    assert [(offer["price"], offer["seller"]["name"]) for offer in offers] == [("459.00", seller.name)]
    assert offers[0]["hasMerchantReturnPolicy"]["merchantReturnDays"] == 30
    assert offers[0]["shippingDetails"]["deliveryTime"]["transitTime"]["maxValue"] == 3
    assert data["aggregateRating"]["ratingValue"] == "4.0"
    assert [entry["reviewRating"]["ratingValue"] for entry in data["review"]] == [4]


def test_texts_cannot_leave_the_structured_data(client):
    product = ProductModelFactory(name="iPhone 13", descriptions={"en": "</script><script>alert(1)</script>"})
    make_listing(sku=SkuFactory(product=product))
    elect_all()

    html = client.get(URL).content.decode()

    assert "<script>alert" not in html
    assert structured(html)["description"] == "</script><script>alert(1)</script>"


def test_a_version_is_shown_in_a_table_of_all_with_its_price(client, product):
    midnight, blue = sku_of(product, 128), sku_of(product, 256, "blue")
    sku_of(product, 512, "pink")
    make_listing(sku=midnight, price_minor=45_900)
    make_listing(sku=blue, price_minor=48_000, grade=Grade.FAIR)
    make_listing(sku=blue, price_minor=60_000, grade=Grade.PREMIUM, quantity=0)
    elect_all()

    matrix = client.get(f"{URL}?sku={midnight.public_id}&grade=good").context["page"].matrix

    assert (matrix.version_count, matrix.offer_count) == (2, 2)
    assert [(group.label, [version.colour_name for version in group.versions]) for group in matrix.groups] == [
        ("128 Go", ["Midnight"]),
        ("256 Go", ["Blue"]),
    ]
    assert [(cell.grade, cell.price, cell.is_chosen) for cell in matrix.groups[0].versions[0].cells] == [
        ("premium", None, False),
        ("excellent", None, False),
        ("good", Money(45_900, "EUR"), True),
        ("fair", None, False),
    ]
    assert matrix.groups[1].versions[0].cells[3].query == f"?sku={blue.public_id}&grade=fair"


def test_a_sold_out_version_offers_the_nearest_in_stock(client, product):
    gone, near, far = sku_of(product, 128), sku_of(product, 128, "blue"), sku_of(product, 256, "pink")
    sold = make_listing(sku=gone, price_minor=45_900)
    make_listing(sku=near, price_minor=47_000)
    make_listing(sku=far, price_minor=20_000)
    elect_all()
    listings.set_quantity(listing_id=sold.pk, quantity=0, actor=Actor.system("test"), now=NOW)
    elect_all()

    response = client.get(f"{URL}?sku={gone.public_id}&grade=good")
    page = response.context["page"]

    assert (page.deal, page.is_version_here) == (None, True)
    assert (page.nearest.query, page.nearest.price) == (f"?sku={near.public_id}&grade=good", Money(47_000, "EUR"))
    assert f'href="{URL}?sku={near.public_id}&amp;grade=good"' in response.content.decode()


def test_a_version_of_another_market_is_named_as_such(client, product):
    here, elsewhere = sku_of(product, 128), sku_of(product, 256, "blue")
    make_listing(sku=here, price_minor=45_900)
    make_listing(sku=elsewhere, price_minor=48_000, market="DE")
    elect_all()

    response = client.get(f"/en-fr/p/apple-iphone-13/?sku={elsewhere.public_id}")

    assert response.context["page"].is_version_here is False
    assert "This version is not sold in France" in response.content.decode()


@pytest.mark.parametrize(
    ("locale", "typed", "kept"),
    [("en-fr", " 20000 ", "20000"), ("en-gb", "bt11aa", "BT1 1AA"), ("en-us", "99501", "99501")],
)
def test_a_postcode_is_kept_and_moves_the_promise(client, product, locale, typed, kept):
    market, currency = locale[-2:].upper(), {"fr": "EUR", "gb": "GBP", "us": "USD"}[locale[-2:]]
    seller = SellerFactory(country=market, markets=["FR", "GB", "US"])
    make_listing(sku=sku_of(product, 128), seller=seller, market=market, currency=currency)
    elect_all()
    url = f"/{locale}/p/apple-iphone-13/"
    before = client.get(url).context["page"].deal

    asked = client.get(url, {"postcode": typed})
    later = client.get(url).context["page"].deal

    assert asked.context["page"].deal.postcode == later.postcode == kept
    assert asked.context["page"].deal.area is not None
    assert later.window.earliest_date > before.window.earliest_date
    assert later.express_window.earliest_date > before.express_window.earliest_date
    client.get(url, {"postcode": ""})
    assert client.get(url).context["page"].deal.postcode == ""


@pytest.mark.parametrize("typed", ["abc", "1", "7" * 300, "<script>", "%00", "EC1A 1BB"])
def test_a_wrong_postcode_is_refused_in_words_and_not_kept(client, product, typed):
    make_listing(sku=sku_of(product, 128))
    elect_all()

    response = client.get("/en-fr/p/apple-iphone-13/", {"postcode": typed})

    assert response.status_code == 200
    assert "is no postcode of France. It looks like 75011." in response.content.decode()
    assert "postcode-fr" not in response.cookies
    assert response.context["page"].deal.postcode == ""


def test_what_is_known_of_repair_and_water_is_shown_with_its_source(client, product):
    product.specs = [{"key": "repairability", "value": {"score": 6.2, "scale": 10, "source": "Indice, 2021"}}]
    product.save(update_fields=["specs"])
    make_listing(sku=sku_of(product, 128))
    elect_all()

    response = client.get("/en-fr/p/apple-iphone-13/")

    assert "Indice, 2021" in response.content.decode()
    assert response.context["repairability"].percent == 62
    assert next(one.amount for one in response.context["savings"] if one.key == "water") == 11_000
    assert response.context["specs"] == []
