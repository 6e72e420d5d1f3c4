from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.selectors.offers import ListingQuote
from checkout.rules import addresses, deadlines
from checkout.rules.commission import commission_of
from checkout.rules.refund_split import LineMoney, split_refund
from checkout.rules.totals import Wanted, compute_totals

CENTS = st.integers(0, 500_000)


def eur(minor):
    return Money(minor, "EUR")


def quote(*, seller_id=1, price_minor=45_900, identifier_kind="imei"):
    return ListingQuote(
        listing_id=seller_id,
        listing_public_id=UUID(int=seller_id),
        seller_id=seller_id,
        seller_name=f"Atelier {seller_id}",
        seller_slug=f"atelier-{seller_id}",
        seller_country="FR",
        sku_id=1,
        product_id=1,
        product_name="iPhone 13",
        product_slug="iphone-13",
        category_key="smartphones",
        family="phone-dual",
        colour_hex="#242a33",
        variant="128 GB",
        grade="good",
        price=eur(price_minor),
        available=10,
        is_published=True,
        handling_hours=24,
        warranty_months=12,
        identifier_kind=identifier_kind,
        commission_permille=100,
    )


def test_three_phones_are_three_lines_and_three_cables_are_one():
    totals = compute_totals(
        [Wanted(quote(), 3), Wanted(quote(price_minor=1_500, identifier_kind=""), 3)], market=MARKETS["FR"], carriers={}
    )

    assert [(line.quantity, line.price.amount_minor) for line in totals.lines] == [
        (1, 45_900),
        (1, 45_900),
        (1, 45_900),
        (3, 4_500),
    ]


def test_delivery_is_paid_once_a_parcel_and_the_fee_for_each_unit():
    totals = compute_totals(
        [Wanted(quote(seller_id=1), 2), Wanted(quote(seller_id=2, price_minor=9_900), 1)],
        market=MARKETS["FR"],
        carriers={1: "chronopost"},
    )

    assert totals.goods == eur(101_700)
    assert totals.shipping == eur(990)
    assert totals.service_fee == eur(499 + 499 + 99)
    assert totals.total == eur(101_700 + 990 + 1_097)


def test_a_carrier_of_another_market_is_refused():
    with pytest.raises(KeyError):
        compute_totals([Wanted(quote(), 1)], market=MARKETS["FR"], carriers={1: "dhl_packstation"})


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 900_000), st.integers(1, 10), st.booleans(), st.booleans()),
        min_size=1,
    ),
    st.sampled_from(["colissimo", "chronopost", "mondial_relay"]),
)
def test_the_lines_sum_to_the_total(items, carrier):
    quotes = [
        Wanted(quote(seller_id=seller, price_minor=price, identifier_kind="imei" if device else ""), units, protected)
        for seller, price, units, device, protected in items
    ]

    totals = compute_totals(quotes, market=MARKETS["FR"], carriers=dict.fromkeys(range(1, 5), carrier))

    assert totals.total == totals.goods + totals.shipping + totals.service_fee + totals.protection - totals.discount
    assert sum(line.total.amount_minor for line in totals.lines) == totals.total.amount_minor
    assert sum(parcel.shipping.amount_minor for parcel in totals.parcels) == totals.shipping.amount_minor
    assert min(line.shipping.amount_minor for line in totals.lines) >= 0


def test_commission_is_ten_percent_with_the_vat_of_the_sellers_country_on_top():
    commission = commission_of(eur(45_905), permille=100, seller_country="DE")

    assert commission.amount == eur(4_591)
    assert commission.vat == eur(872)
    assert commission.jurisdiction == "DE"
    assert MARKETS["DE"].vat_rate == Decimal("0.19")


def test_a_protection_plan_is_paid_for_each_device_and_not_for_accessories():
    totals = compute_totals(
        [Wanted(quote(), 2, True), Wanted(quote(price_minor=1_500, identifier_kind=""), 3, True)],
        market=MARKETS["FR"],
        carriers={},
    )

    assert [line.protection.amount_minor for line in totals.lines] == [4_190, 4_190, 0]
    assert totals.protection == eur(8_380)
    assert totals.total == totals.goods + totals.service_fee + eur(8_380)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CENTS, CENTS, CENTS, CENTS, CENTS, CENTS, st.floats(0, 1), st.data())
def test_partial_refunds_end_at_exactly_what_each_party_got(seller, commission, vat, fee, plan, tax, promoted, data):
    promotion = int((seller + commission + vat) * promoted)
    line = LineMoney(eur(seller), eur(commission), eur(vat), eur(fee), eur(plan), eur(promotion), eur(tax))
    rest = line
    for turn in range(8):
        if not rest.total:
            break
        last = turn == 7
        minor = rest.total.amount_minor if last else data.draw(st.integers(1, rest.total.amount_minor))
        split = split_refund(rest, amount=eur(minor), borne_by="seller")
        parts = LineMoney(*(getattr(split, name) for name in LineMoney.__slots__))
        assert parts.total == eur(minor)
        assert min(getattr(parts, name) for name in LineMoney.__slots__) >= eur(0)
        # Now and then a bank refuses a refund, and its parts are back where they were.
        if last or data.draw(st.booleans()):
            rest = rest - parts
        assert min(getattr(rest, name) for name in LineMoney.__slots__) >= eur(0)

    if line.total:
        assert rest == LineMoney(*[eur(0)] * 7)


def test_what_the_house_added_comes_back_to_it_with_the_goods():
    line = LineMoney(eur(27_632), eur(3_140), eur(628), eur(598), eur(2_990), eur(1_500), eur(0))

    half = split_refund(line, amount=eur(14_950), borne_by="seller")

    assert (half.promotion, half.protection, half.service_fee) == (eur(750), eur(0), eur(0))
    assert half.seller + half.commission + half.commission_vat == eur(14_950 + 750)


def test_the_protection_plan_goes_back_after_the_goods_and_before_the_fee():
    line = LineMoney(eur(27_632), eur(3_140), eur(628), eur(598), eur(2_990), eur(1_500), eur(0))

    split = split_refund(line, amount=eur(31_000), borne_by="seller")

    assert (split.seller, split.commission, split.commission_vat) == (eur(27_632), eur(3_140), eur(628))
    assert (split.promotion, split.protection, split.service_fee) == (eur(1_500), eur(1_100), eur(0))


def test_a_line_that_the_house_paid_for_in_full_gives_its_parts_back_with_its_last_cent():
    line = LineMoney(eur(8_800), eur(1_000), eur(200), eur(99), eur(0), eur(10_000), eur(0))

    assert split_refund(line, amount=eur(50), borne_by="seller").promotion == eur(0)
    assert split_refund(line, amount=eur(99), borne_by="seller").seller == eur(8_800)


def test_a_refund_that_the_marketplace_bears_takes_nothing_from_the_others():
    line = LineMoney(eur(40_392), eur(4_590), eur(918), eur(499), eur(0), eur(0), eur(0))

    split = split_refund(line, amount=eur(5_000), borne_by="marketplace")

    assert (split.seller, split.commission, split.commission_vat, split.service_fee) == (eur(0),) * 4
    assert split.marketplace == eur(5_000)


def test_the_buyers_fee_goes_back_last():
    line = LineMoney(eur(40_392), eur(4_590), eur(918), eur(499), eur(0), eur(0), eur(0))

    assert split_refund(line, amount=eur(45_900), borne_by="seller").service_fee == eur(0)
    assert split_refund(line, amount=eur(46_399), borne_by="seller").service_fee == eur(499)


@pytest.mark.parametrize(
    ("country", "typed", "number"),
    [
        ("FR", "06 12 34 56 78", "+33612345678"),
        ("GB", "07400 123456", "+447400123456"),
        ("FR", "+49 1511 2345678", "+4915112345678"),
        ("FR", "0612", None),
        ("FR", "call me", None),
    ],
)
def test_phones_become_e164(country, typed, number):
    assert addresses.e164(typed, country) == number


def test_a_friday_order_is_accepted_by_monday():
    friday = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)

    assert deadlines.working_deadline(friday, 24, country="FR") == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def test_money_matures_at_the_start_of_the_seventh_day_in_the_markets_zone():
    late_evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert deadlines.matures_at(late_evening, market="FR") == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    assert deadlines.matures_at(late_evening, market="US") == datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
