"""The scale catalogue, in small."""

from datetime import UTC, datetime
from random import Random

import pytest
from django.core.management import CommandError, call_command

from backmarket.ops.scale import load as scale
from backmarket.ops.scale.models import CatalogueTooSmallError, scale_models
from catalog.models import Brand, Category, Listing, Offer, OfferPrice, ProductModel, Seller, Sku
from catalog.services.offers import elect

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SIZE = scale.Size(skus=400, listings=900)


def in_small(seed=1):
    said: list[str] = []
    scale.load(SIZE, now=NOW, seed=seed, say=said.append)
    return said


def columns_of_offers():
    return list(Offer.objects.order_by("pk").values("market", "sku", "grade", "listing", "price_minor", "facets"))


@pytest.mark.django_db
def test_it_loads_as_many_as_asked_for_and_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr("backmarket.ops.scale.load._tidy", lambda: None)

    said = in_small()

    assert (Sku.objects.count(), Listing.objects.count()) == (400, 900)
    assert ProductModel.objects.count() == 16
    assert Seller.objects.count() == 400
    assert said[0].startswith("16 of 16 products, 900 listings")
    assert Category.objects.count() > 20
    assert ProductModel.objects.filter(search_vector=None).count() == 0
    assert OfferPrice.objects.count() > Offer.objects.count() > 0


@pytest.mark.django_db
def test_its_offers_are_what_elections_write(monkeypatch):
    monkeypatch.setattr("backmarket.ops.scale.load._tidy", lambda: None)
    in_small()
    before, prices = columns_of_offers(), OfferPrice.objects.count()

    elect(list(Offer.objects.values_list("market", "sku_id", "grade")), now=NOW)

    assert columns_of_offers() == before
    assert OfferPrice.objects.count() == prices


def test_the_same_seed_makes_the_same_models():
    first = scale_models(products=60, skus=1200, random=Random(5))
    again = scale_models(products=60, skus=1200, random=Random(5))
    other = scale_models(products=60, skus=1200, random=Random(6))

    assert first == again
    assert [model.slug for model, _ in first] != [model.slug for model, _ in other]
    assert sum(len(variants) for _, variants in first) == 1200
    assert len({model.slug for model, _ in first}) == 60


def test_more_models_than_the_series_hold_are_refused():
    with pytest.raises(CatalogueTooSmallError, match="not 100000"):
        scale_models(products=100_000, skus=2_500_000, random=Random(5))


@pytest.mark.django_db
def test_a_database_with_a_catalogue_is_left_alone():
    brand = Brand.objects.create(name="Acme", slug="acme")
    category = Category.objects.create(key="phones", names={"en": "Phones"}, family="phone-dual")
    ProductModel.objects.create(brand=brand, category=category, name="One", slug="one", family="phone-dual")

    with pytest.raises(CommandError, match="empty database"):
        call_command("load_scale")
    call_command("load_scale", if_empty=True)

    assert ProductModel.objects.count() == 1
