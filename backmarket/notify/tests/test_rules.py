from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from backmarket.notify.rules import loud_at, plain, segments

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        ("2026-11-20T07:00:00Z", PARIS, "2026-11-20T07:00:00Z"),
        ("2026-11-20T06:59:59Z", PARIS, "2026-11-20T07:00:00Z"),
        ("2026-11-20T19:59:59Z", PARIS, "2026-11-20T19:59:59Z"),
        ("2026-11-20T20:00:00Z", PARIS, "2026-11-21T07:00:00Z"),
        ("2026-11-20T23:30:00Z", PARIS, "2026-11-21T07:00:00Z"),
        # The night in which summer time ends.
        ("2026-10-24T20:30:00Z", PARIS, "2026-10-25T07:00:00Z"),
        ("2026-11-20T07:00:00Z", NEW_YORK, "2026-11-20T13:00:00Z"),
    ],
)
def test_no_telephone_rings_between_nine_in_the_evening_and_eight_in_the_morning(now, zone, due):
    assert loud_at(datetime.fromisoformat(now), zone).astimezone(UTC) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ő" * 70, 1),
        ("ő" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_texts_are_counted_as_operators_bill_them(text, count):
    assert segments(text) == count


def test_letters_that_cost_more_are_written_plainly_where_nothing_is_lost():
    assert plain("L’été, à bientôt … “ça” – Łódź\u00a0😀") == 'L\'été, à bientot ... "ca" - Łodz 😀'
