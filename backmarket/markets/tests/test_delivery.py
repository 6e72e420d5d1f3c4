from datetime import UTC, date, datetime

import pytest

from backmarket.markets.delivery import add_working_days, delivery_window, dispatch_date
from backmarket.markets.registry import LOCALES, MARKETS, translated


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "hours", "expected"),
    [
        (at(2026, 11, 23, 9), 24, date(2026, 11, 23)),  # Monday morning in Paris
        (at(2026, 11, 23, 13, 30), 24, date(2026, 11, 24)),  # 14:30 in Paris is after the cut-off
        (at(2026, 11, 20, 16), 48, date(2026, 11, 24)),  # Friday afternoon: Monday and Tuesday count
        (at(2026, 12, 24, 16), 24, date(2026, 12, 28)),  # Christmas Day, then a weekend
    ],
)
def test_a_seller_dispatches_on_working_days_after_the_cut_off(now, hours, expected):
    assert dispatch_date(now=now, handling_hours=hours, seller_country="FR") == expected


def test_public_holidays_of_the_destination_move_the_arrival():
    assert add_working_days(date(2026, 7, 13), 1, "FR") == date(2026, 7, 15)
    assert add_working_days(date(2026, 7, 13), 1, "DE") == date(2026, 7, 14)


def test_a_parcel_from_abroad_takes_the_carriers_longer_delay():
    france = MARKETS["FR"]
    carrier = france.carriers[0]
    now = at(2026, 11, 23, 9)

    home = delivery_window(now=now, handling_hours=24, seller_country="FR", market=france, carrier=carrier)
    abroad = delivery_window(now=now, handling_hours=24, seller_country="DE", market=france, carrier=carrier)

    assert (home.earliest_date, home.latest_date) == (date(2026, 11, 26), date(2026, 11, 30))
    assert (abroad.earliest_date, abroad.latest_date) == (date(2026, 11, 30), date(2026, 12, 2))


@pytest.mark.parametrize("market", MARKETS.values(), ids=lambda market: market.code)
def test_every_market_can_deliver_pay_and_speak(market):
    assert market.locales[-1] == f"en-{market.code.lower()}"
    assert all(LOCALES[locale] is market for locale in market.locales)
    assert [carrier.pick_up for carrier in market.carriers] == [False, False, True]
    assert market.service_fee_minor(0) == 99
    assert market.service_fee_minor(10_000) == 299
    assert market.service_fee_minor(10**9) == 699


@pytest.mark.parametrize(
    ("locale", "text"), [("nl-be", "telefoon"), ("fr-be", "téléphone"), ("en-be", "phone"), ("de-de", "phone")]
)
def test_a_text_falls_back_to_the_market_then_to_english(locale, text):
    assert translated({"fr": "téléphone", "nl": "telefoon", "en": "phone"}, locale) == text


def test_a_text_in_the_markets_language_comes_before_english_for_a_missing_one():
    assert translated({"fr": "téléphone", "en": "phone"}, "nl-be") == "téléphone"
