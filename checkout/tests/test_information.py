"""What is told beside a total: instalments, eco-contribution, the lowest price of the 30 days before."""

import dataclasses
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.models import Offer
from catalog.selectors.offers import listing_quotes
from catalog.tests.factories import NOW, elect_all, make_listing
from checkout.rules.information import eco_contribution, instalments
from checkout.rules.totals import Wanted, compute_totals

from .test_basket_page import add
from .test_rules import eur, quote


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 10_000_000), st.sampled_from(sorted(MARKETS)))
def test_the_parts_sum_to_the_total(minor, code):
    total = Money(minor, MARKETS[code].currency)

    for parts in instalments(total, MARKETS[code]):
        assert Money.total(parts, total.currency) == total
        assert max(parts).amount_minor - min(parts).amount_minor <= 1


def test_small_totals_are_not_cut_up():
    assert instalments(eur(9_999), MARKETS["FR"]) == ()
    assert instalments(eur(10_000), MARKETS["FR"]) == ((eur(3_334), eur(3_333), eur(3_333)),)
    assert [len(parts) for parts in instalments(eur(20_000), MARKETS["FR"])] == [3, 4]


def test_the_eco_contribution_is_in_the_price_where_the_market_has_it():
    below = dataclasses.replace(quote(), category_key="ultrabooks", parent_category_key="laptops")

    assert eco_contribution(quote(), MARKETS["FR"]) == eur(1)
    assert eco_contribution(below, MARKETS["FR"]) == eur(30)
    assert eco_contribution(quote(), MARKETS["DE"]) == eur(0)
    totals = compute_totals([Wanted(quote(), 2)], market=MARKETS["FR"], carriers={})
    assert (totals.eco, totals.total) == (eur(2), totals.goods + totals.service_fee)


@pytest.mark.django_db
def test_a_reduction_is_told_of_the_listing_and_price_that_shoppers_see_for_30_days():
    listing = make_listing()
    elect_all()
    Offer.objects.update(reduced_at=NOW, low_before_minor=49_900)

    found = listing_quotes(listing_ids=[listing.pk], market="FR")[listing.pk]

    assert found.announced_low(NOW + timedelta(days=29)) == eur(49_900)
    assert found.announced_low(NOW + timedelta(days=30)) is None
    Offer.objects.update(price_minor=45_000)
    assert listing_quotes(listing_ids=[listing.pk], market="FR")[listing.pk].announced_low(NOW) is None


@pytest.mark.django_db
def test_the_basket_tells_all_three(client):
    listing = make_listing()
    elect_all()
    Offer.objects.update(reduced_at=timezone.now(), low_before_minor=49_900)

    page = add(client, listing)

    assertContains(page, "the lowest of the 30 days before")
    assertContains(page, "499,00\xa0€")
    assertContains(page, "154,67\xa0€ + 154,66\xa0€ + 154,66\xa0€")
    assertContains(page, "Of it 0,01\xa0€ eco-contribution")
    assertNotContains(client.get("/en-de/basket/"), "eco-contribution")
