"""What the query log may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.searches import MAX_CHARS, is_robot, looks_personal, may_be_logged


@pytest.mark.parametrize(
    "text",
    [
        "ada.lovelace@example.org",
        "https://example.org/iphone",
        "www.example",
        "example.com iphone",
        "0612345678",
        "06 12 34 56 78",
        "+33 6 12 34 56 78",
        "(555) 012-3456",
        "612 345 678",
        "356938035643809",
        "iphone 356938-03-564380-9",
        "FR76 3000 6000 0112 3456 7890 189",
        "4242 4242 4242 4242",
        "order 4831-7702",
    ],
)
def test_what_may_be_somebodys_own_is_not_logged(text):
    assert looks_personal(text)
    assert not may_be_logged(text, "anything")


@pytest.mark.parametrize(
    "text",
    [
        "iphone 13 128",
        "macbook air 2020 512 16",
        "samsung sm-g991b",
        "playstation 5 1tb",
        "galaxy s21 5g 128/256",
        "nokia 3310",
        "6,1 pouces",
        "téléphone pas cher",
    ],
)
def test_searches_for_devices_are_logged(text):
    assert may_be_logged(text, text)


def test_what_is_long_or_empty_is_not_logged():
    assert not may_be_logged("a" * (MAX_CHARS + 1), "a")
    assert not may_be_logged(
        "one two three four five six seven eight nine", "one two three four five six seven eight nine"
    )
    assert not may_be_logged("???", "")


@given(st.text(max_size=300))
def test_any_text_is_judged(text):
    assert may_be_logged(text, text) in (True, False)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 HeadlessChrome/140.0",
        "Mozilla/5.0 AppleWebKit Chrome-Lighthouse",
    ],
)
def test_robots_are_told_by_their_own_word(agent):
    assert is_robot(agent)


def test_browsers_of_people_are_no_robots():
    assert not is_robot("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1")
