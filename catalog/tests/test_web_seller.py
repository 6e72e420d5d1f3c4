"""A seller's page: who it is by law, what buyers say, what it offers here."""

from typing import Any

import pytest
from django.core.cache import cache

from catalog.enums import ReviewState
from catalog.models import Review

from .factories import NOW, ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.mark.parametrize("count", [1, 30])
def test_seller_takes_as_many_queries_for_one_offer_as_for_many(client, django_assert_num_queries, count):
    seller: Any = SellerFactory(name="Repousse")
    for n in range(count):
        sku: Any = SkuFactory(product=ProductModelFactory(name=f"iPhone {n}"))
        make_listing(sku=sku, seller=seller)
        Review.objects.create(
            product=sku.product, sku=sku, seller=seller, grade="good", line_reference=f"line:{n}", rating=5,
            text="Parfait", language="fr", market="FR", author_name="Léa", created_at=NOW,
            state=ReviewState.PUBLISHED,
        )  # fmt: skip
    elect_all()

    with django_assert_num_queries(6):  # seller, versions, hits, offers, reviews; the names
        response = client.get("/fr-fr/s/repousse/")

    assert response.context["grid"].total == count


def test_seller_is_named_as_the_law_asks(client):
    SellerFactory(
        name="Repousse",
        legal_name="Repousse SAS",
        register_number="RCS Lyon 973 119 993",
        vat_number="FR73973119993",
        rating_sum=47,
        rating_count=10,
    )

    html = client.get("/fr-fr/s/repousse/").content.decode()

    for fact in ("Repousse SAS", "1 rue des Ateliers, 69001 Lyon", "RCS Lyon 973 119 993", "FR73973119993", "4,4"):
        assert fact in html


def test_seller_shows_only_the_offers_that_it_won_in_this_market(client):
    seller, rival = SellerFactory(name="Repousse"), SellerFactory(name="Rival")
    won, lost, elsewhere = (SkuFactory(product=ProductModelFactory(name=name)) for name in ("Won", "Lost", "Away"))
    make_listing(sku=won, seller=seller, price_minor=30_000)
    make_listing(sku=lost, seller=seller, price_minor=30_000)
    make_listing(sku=lost, seller=rival, price_minor=20_000)
    make_listing(sku=elsewhere, seller=seller, price_minor=30_000, market="DE")
    elect_all()

    response = client.get("/fr-fr/s/repousse/")

    assert [card.name for card in response.context["grid"].cards] == ["Apple Won"]
    assert "300\xa0€" in response.content.decode()


def test_an_inactive_seller_keeps_its_page_and_an_unknown_one_has_none(client):
    SellerFactory(name="Parti", is_active=False)

    response = client.get("/fr-fr/s/parti/")

    assert response.status_code == 200
    assert "Ce vendeur ne vend pas ici en ce moment." in response.content.decode()
    assert client.get("/fr-fr/s/personne/").status_code == 404
