"""Postcodes, far regions, and what a visitor's own postcode changes of the promise."""

from datetime import UTC, date, datetime

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from backmarket.markets.delivery import delivery_window
from backmarket.markets.postcodes import POSTCODES, example_of, normal_postcode
from backmarket.markets.registry import MARKETS
from backmarket.markets.remote import REMOTE_AREAS, remote_area
from backmarket.markets.visitor import remember_postcode, remembered_postcode

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "typed", "written"),
    [
        ("FR", " 75011 ", "75011"),
        ("FR", "7501", None),
        ("NL", "1012ab", "1012 AB"),
        ("GB", "ec1a1bb", "EC1A 1BB"),
        ("GB", "12345", None),
        ("IE", "d02af30", "D02 AF30"),
        ("US", "10001-1234", "10001-1234"),
        ("ES", "99999", None),
        ("BE", "0999", None),
        ("DE", "10115\n", "10115"),
    ],
)
def test_postcodes_are_read_as_each_country_writes_them(country, typed, written):
    assert normal_postcode(typed, country) == written


@pytest.mark.parametrize("typed", ["", "٧٥٠١١", "7" * 10_000, "\0", "<b>"])
def test_what_no_post_would_deliver_to_is_no_postcode(typed):
    assert normal_postcode(typed, "FR") is None


@pytest.mark.parametrize("country", POSTCODES)
def test_the_example_of_each_country_is_one_of_its_postcodes(country):
    assert normal_postcode(example_of(country), country) == example_of(country)
    assert remote_area(example_of(country), country) is None


@pytest.mark.parametrize(
    ("market", "postcode", "area"),
    [
        ("FR", "20000", "Corsica"),
        ("FR", "97400", "Overseas France"),
        ("FR", "75020", None),
        ("DE", "25980", "German islands"),
        ("DE", "20095", None),
        ("ES", "35001", "Canary Islands"),
        ("ES", "38003", "Canary Islands"),
        ("ES", "07001", "Balearic Islands"),
        ("ES", "28035", None),
        ("IT", "07026", "Sardinia"),
        ("IT", "90133", "Sicily"),
        ("NL", "1791 AB", "Wadden Islands"),
        ("NL", "1790 AB", None),
        ("NL", "8881 AA", "Wadden Islands"),
        ("GB", "BT1 1AA", "Northern Ireland"),
        ("GB", "PA42 7DU", "Scottish Highlands and islands"),
        ("GB", "PA4 8UJ", None),
        ("GB", "TR21 0PW", "Isles of Scilly"),
        ("GB", "TR1 2AA", None),
        ("US", "99501", "Alaska"),
        ("US", "96813-0001", "Hawaii"),
        ("US", "10001", None),
    ],
)
def test_far_regions_are_known_by_the_beginning_of_the_postcode(market, postcode, area):
    assert normal_postcode(postcode, market) == postcode
    found = remote_area(postcode, market)

    assert (str(found.name) if found else None) == area


def test_every_far_region_belongs_to_a_market_and_takes_longer():
    assert set(REMOTE_AREAS) <= set(MARKETS)
    assert all(area.days >= area.express_days > 0 for areas in REMOTE_AREAS.values() for area in areas)


def test_corsica_waits_two_working_days_more_and_one_by_express():
    france = MARKETS["FR"]

    def window(carrier, postcode):
        return delivery_window(
            now=MONDAY, handling_hours=24, seller_country="FR", market=france, carrier=carrier, postcode=postcode
        )

    home, express = france.carriers[0], france.carriers[1]
    assert window(home, "75011").earliest_date == date(2026, 11, 26)
    assert window(home, "20000").earliest_date == date(2026, 11, 30)
    assert window(express, "75011").earliest_date == date(2026, 11, 24)
    assert window(express, "20000").earliest_date == date(2026, 11, 25)


def test_the_days_more_are_working_days_too():
    window = delivery_window(
        now=datetime(2026, 12, 21, 9, 0, tzinfo=UTC),
        handling_hours=24,
        seller_country="FR",
        market=MARKETS["FR"],
        carrier=MARKETS["FR"].carriers[0],
        postcode="20000",
    )

    # Tuesday to Thursday, not Christmas, not the weekend: Monday and Tuesday.
    assert window.earliest_date == date(2026, 12, 29)


def test_a_visitor_is_remembered_by_market_and_forgotten_when_asked():
    france, germany = MARKETS["FR"], MARKETS["DE"]
    response = HttpResponse()
    remember_postcode(response, france, "75011", secure=True)
    request = RequestFactory().get("/")
    request.COOKIES["postcode-fr"] = response.cookies["postcode-fr"].value

    assert remembered_postcode(request, france) == "75011"
    assert remembered_postcode(request, germany) == ""
    assert response.cookies["postcode-fr"]["httponly"]
    assert response.cookies["postcode-fr"]["secure"]
    remember_postcode(response, france, "", secure=True)
    assert response.cookies["postcode-fr"].value == ""


def test_a_mended_cookie_is_no_postcode():
    request = RequestFactory().get("/")
    request.COOKIES["postcode-fr"] = "75011<script>"

    assert remembered_postcode(request, MARKETS["FR"]) == ""
