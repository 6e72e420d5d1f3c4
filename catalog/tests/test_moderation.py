"""What a program finds in words: it decides nothing, and misses none of these."""

import pytest

from catalog.rules.moderation import findings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The battery reads 91 % and lasts a full day. 128 GB, 2 days, 399.00 €.", []),
        ("Merci, très bon état, avec un étui. Con buen precio, tutto ok.", []),
        ("Cheaper at https://elsewhere.example/x", ["link"]),
        ("See bargains-here.com", ["link"]),
        ("Write to me: ada.l@example.org", ["email"]),
        ("ada (at) example.org", ["email"]),
        ("Call 06 12 34 56 78", ["number"]),
        ("+44 (0)7400 123456", ["number"]),
        ("IMEI 490154203237518", ["number"]),
        ("Bunch of wankers", ["insult"]),
        ("Quel CONNARD", ["insult"]),
        ("sh1t", ["insult"]),
        ("Scheiße!", ["insult"]),
        ("THIS IS THE WORST PHONE EVER SOLD", ["shouting"]),
        ("CALL ME AT 0612345678 OR WWW.X.FR NOW PLEASE", ["link", "number", "shouting"]),
        ("", []),
    ],
)
def test_what_needs_a_person_is_found(text, found):
    assert findings(text) == found


def test_long_words_are_read_quickly():
    assert findings("a" * 50_000 + " " + "1 " * 20_000) == ["number"]
    assert findings("a-" * 25_000 + "." * 25_000 + "@" * 25_000) == []
