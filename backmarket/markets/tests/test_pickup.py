"""Pick-up points by postcode, cut-off times, and carriers that do not go everywhere."""

from datetime import UTC, date, datetime

import pytest

from backmarket.markets.delivery import next_cut_off, rest_days
from backmarket.markets.pickup import TABLE, TablePickUpPoints, pick_up_points
from backmarket.markets.postcodes import normal_postcode
from backmarket.markets.registry import MARKETS
from backmarket.markets.remote import REMOTE_AREAS, remote_area


def towns_near(market, postcode):
    return [point.city for point in pick_up_points().near(market=market, postcode=postcode, limit=5)]


@pytest.mark.parametrize("market", MARKETS)
def test_every_market_has_points_at_postcodes_of_its_own(market):
    points = TablePickUpPoints(TABLE.read_text()).by_market[market]

    assert len(points) >= 12
    assert all(normal_postcode(point.postcode, market) == point.postcode for point in points)
    assert len({point.key for point in points}) == len(points)
    assert all(len(point.key) <= 40 and len(point.text) <= 250 for point in points)


@pytest.mark.parametrize(
    ("market", "postcode", "towns"),
    [
        ("FR", "69002", ["Lyon", "Lyon"]),
        ("GB", "SE15 4QQ", ["London"] * 5),
        ("GB", "M3 2AA", ["Manchester", "Manchester"]),
        ("IE", "T12 A1B2", ["Cork"]),
        ("NL", "3512 JE", ["Utrecht", "Utrecht"]),
        ("FR", "97400", []),
        ("GB", "ZE1 0AA", []),
    ],
)
def test_points_are_found_near_a_postcode_and_nowhere_else(market, postcode, towns):
    assert towns_near(market, postcode) == towns


def test_the_nearest_point_comes_first():
    nearest = pick_up_points().near(market="FR", postcode="75011", limit=3)

    assert [point.postcode for point in nearest] == ["75011", "75011", "75012"]


def test_a_point_is_found_by_its_name_in_its_own_market_only():
    point = pick_up_points().find(market="FR", key="75011-1")

    assert point is not None
    assert point.text == "Épicerie Roquette, 41 rue de la Roquette, 75011 Paris"
    assert pick_up_points().find(market="DE", key="75011-1") is None


@pytest.mark.parametrize(
    ("now", "country", "cut_off"),
    [
        (datetime(2026, 11, 23, 10, 47, tzinfo=UTC), "FR", datetime(2026, 11, 23, 13, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), "FR", datetime(2026, 11, 24, 13, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), "GB", datetime(2026, 11, 23, 14, 0, tzinfo=UTC)),
        (datetime(2026, 12, 24, 16, 0, tzinfo=UTC), "DE", datetime(2026, 12, 28, 13, 0, tzinfo=UTC)),
    ],
)
def test_the_cut_off_is_two_in_the_afternoon_of_the_sellers_next_working_day(now, country, cut_off):
    assert next_cut_off(now=now, seller_country=country) == cut_off


def test_holidays_on_the_way_are_named_and_weekends_are_not():
    assert rest_days(date(2026, 12, 23), date(2026, 12, 29), "FR") == [date(2026, 12, 25)]
    assert rest_days(date(2026, 12, 23), date(2026, 12, 29), "DE") == [date(2026, 12, 25)]


def test_every_far_region_is_served_by_one_carrier_at_least():
    for code, areas in REMOTE_AREAS.items():
        for area in areas:
            keys = {carrier.key for carrier in MARKETS[code].carriers}
            assert set(area.unserved_by) < keys
            assert MARKETS[code].carriers[0].serves(area)


def test_a_carrier_serves_everywhere_but_where_it_says_not():
    france = MARKETS["FR"]

    assert not france.carrier("mondial_relay").serves(remote_area("97400", "FR"))
    assert france.carrier("chronopost").serves(remote_area("97400", "FR"))
    assert france.carrier("mondial_relay").serves(None)
