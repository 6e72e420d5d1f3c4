"""Promotions as pure arithmetic: parts equal the whole with any mix and rounding."""

import dataclasses
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.tests.factories import NOW
from checkout.enums import Refusal
from checkout.rules.codes import normal_code
from checkout.rules.commission import commission_of
from checkout.rules.promotions import Discountable, Terms, Usage, apply_promotions, standing_refusal
from checkout.rules.refund_split import LineMoney, split_refund
from checkout.rules.totals import Wanted, compute_totals

from .test_rules import eur, quote


def terms(number=1, kind="percent", **facts):
    return Terms(
        **{
            "promotion_id": number,
            "name": f"Promotion {number}",
            "code": f"CODE{number}",
            "kind": kind,
            "permille": 100,
            "amount": eur(0),
            "cap": None,
            "minimum": eur(0),
            "category": "",
            "seller_id": None,
            "seller_permille": 0,
            "is_stackable": False,
            **facts,
        }
    )


def line(price=10_000, *, seller=1, shipping=0, categories=("smartphones",)):
    return Discountable(seller, frozenset(categories), eur(price), eur(shipping))


def taken(lines, *promotions):
    """Return what each line saves, in cents."""
    outcome = apply_promotions(lines, promotions)
    return [sum(discount.amount.amount_minor for discount in discounts) for discounts in outcome.discounts]


def usage(**facts):
    return Usage(
        **{
            "starts_at": NOW,
            "ends_at": NOW + timedelta(days=1),
            "uses_limit": 10,
            "used": 9,
            "uses_per_shopper": 1,
            "used_by_shopper": 0,
            "is_first_order_only": True,
            "earlier_orders": 0,
            **facts,
        }
    )


def test_ten_percent_is_rounded_once_and_shared_by_price():
    assert taken([line(9_995), line(5)], terms()) == [1_000, 0]
    assert taken([line(3_333), line(3_333), line(3_334)], terms()) == [333, 333, 334]


def test_an_amount_never_takes_more_than_the_goods_cost():
    assert taken([line(300), line(700)], terms(kind="amount", amount=eur(5_000))) == [300, 700]


def test_a_cap_holds_for_the_whole_order():
    assert taken([line(40_000), line(60_000)], terms(cap=eur(2_500))) == [1_000, 1_500]


def test_delivery_is_paid_for_and_nothing_else():
    assert taken([line(shipping=500), line(shipping=490)], terms(kind="delivery")) == [500, 490]


def test_only_the_category_and_seller_that_are_meant_save():
    lines = [line(), line(seller=2), line(categories=("cables", "accessories"))]

    assert taken(lines, terms(category="accessories")) == [0, 0, 1_000]
    assert taken(lines, terms(seller_id=2)) == [0, 1_000, 0]


def test_a_promotion_for_other_things_says_so():
    outcome = apply_promotions([line()], [terms(category="laptops")])

    assert outcome.refusals == {1: Refusal.NOT_FOR_THESE}


def test_a_minimum_counts_what_is_meant_and_says_what_is_missing():
    outcome = apply_promotions([line(8_000), line(9_000, seller=2)], [terms(seller_id=1, minimum=eur(10_000))])

    assert outcome.discounts == ((), ())
    assert outcome.refusals == {1: Refusal.MINIMUM_NOT_REACHED}
    assert outcome.missing == {1: eur(2_000)}


def test_promotions_that_can_be_combined_apply_one_after_the_other():
    both = [terms(1, is_stackable=True), terms(2, kind="amount", amount=eur(1_000), is_stackable=True)]

    assert taken([line(10_000)], *both) == [1_000 + 1_000]
    assert taken([line(10_000)], *reversed(both)) == [2_000]


def test_one_that_stands_alone_wins_only_if_it_saves_more():
    small, large, alone = (
        terms(1, is_stackable=True),
        terms(2, is_stackable=True, permille=50),
        terms(3, permille=140),
    )

    outcome = apply_promotions([line(10_000)], [small, large, alone])

    assert sum(discount.amount.amount_minor for discount in outcome.discounts[0]) == 1_000 + 450
    assert outcome.refusals == {3: Refusal.NOT_COMBINED}
    assert taken([line(10_000)], small, large, terms(3, permille=150)) == [1_500]


def test_the_seller_bears_its_share_and_the_house_the_rest():
    outcome = apply_promotions([line(9_999)], [terms(seller_id=1, seller_permille=333)])

    discount = outcome.discounts[0][0]
    assert (discount.seller, discount.house) == (eur(333), eur(667))


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({}, None),
        ({"starts_at": NOW + timedelta(seconds=1)}, Refusal.NOT_STARTED),
        ({"ends_at": NOW}, Refusal.ENDED),
        ({"used": 10}, Refusal.USED_UP),
        ({"used_by_shopper": 1}, Refusal.USED_BY_YOU),
        ({"earlier_orders": 1}, Refusal.NOT_FIRST_ORDER),
    ],
)
def test_a_promotion_holds_within_its_time_and_limits(facts, refusal):
    assert standing_refusal(usage(**facts), now=NOW) == refusal


@pytest.mark.parametrize(
    ("typed", "code"), [(" hello 10 ", "HELLO10"), ("x", ""), ("a" * 25, ""), ("<b>", ""), ("été10", ""), ("", "")]
)
def test_codes_are_read_however_they_are_typed(typed, code):
    assert normal_code(typed) == code


ITEMS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 900_000), st.integers(1, 4), st.booleans(), st.booleans()),
    min_size=1,
    max_size=5,
)
PROMOTIONS = st.lists(
    st.tuples(
        st.sampled_from(["percent", "amount", "delivery"]),
        st.integers(0, 1_000),
        st.integers(0, 200_000),
        st.none() | st.integers(0, 50_000),
        st.integers(0, 100_000),
        st.none() | st.integers(1, 4),
        st.integers(0, 1_000),
        st.booleans(),
    ),
    max_size=5,
)


def mix_of(items, promotions, carrier):
    wanted = [
        Wanted(quote(seller_id=seller, price_minor=price, identifier_kind="imei" if device else ""), units, protected)
        for seller, price, units, device, protected in items
    ]
    found = [
        terms(
            number,
            kind,
            permille=permille,
            amount=eur(amount),
            cap=None if cap is None else eur(cap),
            minimum=eur(minimum),
            seller_id=seller,
            seller_permille=share if seller else 0,
            is_stackable=stackable,
        )
        for number, (kind, permille, amount, cap, minimum, seller, share, stackable) in enumerate(promotions, 1)
    ]
    return compute_totals(wanted, market=MARKETS["FR"], carriers=dict.fromkeys(range(1, 5), carrier), promotions=found)


# A busy machine is no reason to fail.
PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CARRIERS = st.sampled_from(["colissimo", "chronopost", "mondial_relay"])


@PATIENT
@given(ITEMS, PROMOTIONS, CARRIERS)
def test_parts_equal_the_whole_with_any_mix_and_rounding(items, promotions, carrier):
    totals = mix_of(items, promotions, carrier)

    whole = totals.goods + totals.shipping + totals.service_fee + totals.protection - totals.discount
    assert totals.total == whole == Money.total((line.total for line in totals.lines), "EUR")
    assert totals.discount == Money.total((d.amount for line in totals.lines for d in line.discounts), "EUR")
    assert totals.total > eur(0)
    for one in totals.lines:
        assert one.discount <= one.price + one.shipping
        assert all(min(discount.seller, discount.house) >= eur(0) for discount in one.discounts)
        assert one.gross >= eur(0)


@PATIENT
@given(ITEMS, PROMOTIONS, CARRIERS, st.data())
def test_what_a_line_is_shared_into_at_dispatch_comes_back_with_any_row_of_refunds(items, promotions, carrier, data):
    for one in mix_of(items, promotions, carrier).lines:
        commission = commission_of(one.gross, permille=100, seller_country="FR")
        seller = one.gross - commission.amount - commission.vat
        house = one.discount - one.discount_seller
        rest = LineMoney(
            seller, commission.amount, commission.vat, one.service_fee, one.protection, house, one.sales_tax
        )
        assert rest.total == one.total
        assert seller >= eur(0)

        cuts = sorted(
            {one.total.amount_minor, *data.draw(st.lists(st.integers(1, one.total.amount_minor), max_size=3))}
        )
        for before, after in pairwise([0, *cuts]):
            split = split_refund(rest, amount=eur(after - before), borne_by="seller")
            rest = rest - LineMoney(*(getattr(split, name) for name in LineMoney.__slots__))
            assert min(getattr(rest, name) for name in LineMoney.__slots__) >= eur(0)

        assert rest == LineMoney(*[eur(0)] * 7)


@PATIENT
@given(ITEMS, PROMOTIONS, CARRIERS, st.randoms())
def test_the_order_of_promotions_does_not_matter(items, promotions, carrier, random):
    lines = [line(price, seller=seller, shipping=300) for seller, price, *_ in items]
    found = [
        dataclasses.replace(terms(number, kind, permille=permille), amount=eur(amount), is_stackable=stackable)
        for number, (kind, permille, amount, _cap, _min, _seller, _share, stackable) in enumerate(promotions, 1)
    ]

    straight = apply_promotions(lines, found)
    random.shuffle(found)

    assert apply_promotions(lines, found) == straight
