from dataclasses import replace

import pytest

from backmarket.markets.registry import MARKETS
from checkout.rules.fraud import LIMITS, RULES, FraudFacts, explain, judge

PLAIN = FraudFacts(
    market="FR", currency="EUR", total_minor=46_399, email_domain="example.org", phone_country="FR", paid_before=1
)


def findings(**changes):
    return {finding.rule: finding.points for finding in judge(replace(PLAIN, **changes)).findings}


def test_an_ordinary_order_is_not_spoken_against():
    assert judge(PLAIN).findings == ()
    assert not judge(PLAIN).is_held


def test_every_market_has_its_limits():
    assert set(LIMITS) == set(MARKETS)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"recent_by_email": 2}, {}),
        ({"recent_by_email": 3}, {"many_by_email": 20}),
        ({"recent_by_email": 6}, {"many_by_email": 40}),
        ({"recent_by_phone": 3}, {"many_by_phone": 15}),
        ({"recent_by_address": 4}, {"many_to_address": 15}),
        ({"recent_by_origin": 5}, {"many_from_network": 15}),
        ({"recent_by_origin": 10}, {"many_from_network": 30}),
        ({"paid_before": 0, "total_minor": 119_999}, {}),
        ({"paid_before": 0, "total_minor": 120_000}, {"dear_first_order": 30}),
        ({"paid_before": 0, "total_minor": 240_000}, {"dear_first_order": 45}),
        ({"total_minor": 500_000}, {}),
        ({"phone_country": "DE"}, {"phone_abroad": 15}),
        ({"phone_country": ""}, {}),
        ({"names_before": 1}, {"other_names": 15}),
        ({"email_domain": "mailinator.com"}, {"disposable_email": 40}),
        ({"failed_payments": 2}, {"failed_payments": 15}),
        ({"failed_payments": 4}, {"failed_payments": 30}),
        ({"most_units": 4}, {"many_units": 20}),
        ({"refused_before": 1}, {"refused_before": 60}),
        ({"delivered_before": 2}, {"trusted": -30}),
        ({"delivered_before": 9}, {"trusted": -60}),
    ],
)
def test_each_rule_gives_its_points_from_its_limit_on(changes, expected):
    assert findings(**changes) == expected


def test_a_kept_order_or_two_let_a_suspicious_one_pass():
    suspicious = replace(PLAIN, email_domain="mailinator.com", recent_by_email=3)

    assert judge(suspicious).is_held
    assert not judge(replace(suspicious, delivered_before=1)).is_held


def test_a_market_decides_what_is_much():
    dear = replace(PLAIN, paid_before=0, total_minor=110_000)

    assert judge(dear).findings == ()
    assert [finding.rule for finding in judge(replace(dear, market="GB", currency="GBP")).findings] == [
        "phone_abroad",
        "dear_first_order",
    ][::-1]


def test_every_rule_explains_itself_with_the_facts():
    facts = replace(PLAIN, total_minor=150_000, recent_by_email=7, email_domain="mailinator.com").to_json()

    said = {rule.name: explain({"rule": rule.name, "points": 1}, facts) for rule in RULES}

    assert said["many_by_email"] == "Other orders with this e-mail address in 24 hours: 7."
    assert said["dear_first_order"] == "A first order of €1,500.00; much in this market from €1,200.00 on."
    assert said["disposable_email"] == "The e-mail address is a disposable one, of mailinator.com."
    assert not [text for text in said.values() if "%" in text]
