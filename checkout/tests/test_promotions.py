"""Promotions in baskets and orders: codes, limits, who pays, and what an unpaid order gives back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from backmarket.core.money import Money
from catalog.services import stock
from catalog.tests.factories import NOW, SellerFactory, make_listing
from checkout.enums import OrderState, Refusal
from checkout.models import Basket, LineDiscount, Order, OrderLine, Promotion, Redemption
from checkout.selectors.promotions import Shopper
from checkout.services import promotions, settlement
from checkout.services import refunds as refund_services
from checkout.services.baskets import BasketClosedError
from checkout.services.placement import BasketChangedError
from checkout.services.promotions import CodeRefusedError, CodeTakenError, PromotionOverError, TooManyCodesError
from payments.enums import AccountKind
from payments.selectors.ledger import reference_balance

from .factories import ACTOR, accept, capture, make_basket, make_promotion, place, ship, total_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=16)


def eur(minor):
    return Money(minor, "EUR")


def enter(basket, text="HELLO10", shopper=None, now=NOW):
    promotions.enter_code(basket_id=basket.pk, text=text, shopper=shopper or Shopper(), now=now)
    basket.refresh_from_db()


def basket_with(code="HELLO10", **facts):
    basket = make_basket([make_listing(**facts)])
    enter(basket, code)
    return basket


def balance(order, kind):
    return reference_balance(reference=order.reference, kind=kind, currency="EUR")


def test_a_code_takes_its_share_off_the_total_and_is_frozen_on_the_line():
    promotion = make_promotion()
    basket = basket_with()

    order = place(basket)

    line = order.lines.get()
    assert order.total_minor == 46_399 - 4_590
    assert (line.discount_minor, line.discount_seller_minor, line.total) == (4_590, 0, order.total)
    assert Redemption.objects.get().promotion == promotion
    discount = LineDiscount.objects.get()
    assert (discount.name, discount.house_minor, discount.seller_minor) == ("Welcome", 4_590, 0)


def test_a_code_is_found_however_it_is_typed_and_once():
    make_promotion()
    basket = make_basket([make_listing()])

    enter(basket, " hello10 ")
    enter(basket, "HELLO 10")

    assert basket.codes == ["HELLO10"]


@pytest.mark.parametrize(
    ("facts", "text", "refusal"),
    [
        ({}, "HELLO11", Refusal.UNKNOWN),
        ({}, "' OR 1=1 --", Refusal.UNKNOWN),
        ({}, "", Refusal.UNKNOWN),
        ({"market": "DE"}, "HELLO10", Refusal.OTHER_MARKET),
        ({"starts_at": NOW + timedelta(days=1)}, "HELLO10", Refusal.NOT_STARTED),
        ({"ends_at": NOW}, "HELLO10", Refusal.ENDED),
        ({"uses_limit": 3, "used_count": 3}, "HELLO10", Refusal.USED_UP),
    ],
)
def test_a_wrong_code_is_refused_with_its_own_reason(facts, text, refusal):
    make_promotion(**facts)
    basket = make_basket([make_listing()])

    with pytest.raises(CodeRefusedError) as refused:
        enter(basket, text)

    assert refused.value.refusal == refusal
    assert Basket.objects.get().codes == []


def test_a_code_that_this_shopper_used_is_refused_as_soon_as_they_are_known():
    make_promotion(uses_per_shopper=1)
    place(basket_with())
    basket = make_basket([make_listing()])

    with pytest.raises(CodeRefusedError) as refused:
        enter(basket, shopper=Shopper(email="ADA@example.org"))

    assert refused.value.refusal == Refusal.USED_BY_YOU


def test_a_guest_who_used_a_code_is_told_when_they_order():
    make_promotion(uses_per_shopper=1)
    place(basket_with())
    basket = basket_with()

    with pytest.raises(CodeRefusedError) as refused, transaction.atomic():
        place(basket)

    assert refused.value.refusal == Refusal.USED_BY_YOU
    assert (Order.objects.count(), Redemption.objects.count()) == (1, 1)
    # The total without it is the one to agree to next.
    assert place(basket, total=eur(46_399)).total == eur(46_399)


def test_a_first_order_code_is_for_a_first_order():
    make_promotion(is_first_order_only=True)
    first = place(basket_with())
    second = basket_with()

    with pytest.raises(CodeRefusedError) as refused, transaction.atomic():
        place(second)

    assert refused.value.refusal == Refusal.NOT_FIRST_ORDER
    assert first.lines.get().discount_minor == 4_590


def test_four_codes_do_not_fit():
    for number in range(4):
        make_promotion(code=f"CODE{number}")
    basket = make_basket([make_listing()])
    for number in range(3):
        enter(basket, f"CODE{number}")

    with pytest.raises(TooManyCodesError):
        enter(basket, "CODE3")

    assert Basket.objects.get().codes == ["CODE0", "CODE1", "CODE2"]


def test_an_ordered_basket_takes_no_code():
    make_promotion()
    basket = make_basket([make_listing()])
    place(basket)

    with pytest.raises(BasketClosedError):
        enter(basket)


def test_an_automatic_promotion_applies_by_itself_while_it_runs():
    make_promotion(code="", ends_at=NOW + timedelta(hours=1))
    basket = make_basket([make_listing()])

    assert total_of(basket) == eur(46_399 - 4_590)
    assert total_of(basket, NOW + timedelta(hours=1)) == eur(46_399)


def test_a_promotion_that_ended_meanwhile_is_not_what_the_shopper_agreed_to():
    promotion = make_promotion(code="")
    basket = make_basket([make_listing()])
    seen = total_of(basket)
    promotions.end_promotion(promotion_id=promotion.pk, actor=ACTOR, reason="over", now=NOW)

    with pytest.raises(BasketChangedError), transaction.atomic():
        place(basket, total=seen)

    assert not Order.objects.exists()


def test_a_category_means_what_is_below_it():
    make_promotion(category="smartphones")

    assert place(basket_with()).lines.get().discount_minor == 4_590


def test_who_funds_a_discount_stands_in_the_ledger_from_dispatch_on_and_comes_back_with_a_refund():
    seller = SellerFactory()
    make_promotion(seller=seller, seller_permille=400)
    order = place(basket_with(seller=seller))
    capture(order)
    settlement.confirm_paid(order_id=order.pk, now=NOW)
    line = OrderLine.objects.get()

    accept(line)
    ship(line)

    # 459.00 less 18.36 is the seller's gross: 44.06 commission, 8.81 VAT on it; 27.54 is the house's.
    assert (line.discount_seller_minor, line.commission_minor, line.commission_vat_minor) == (1_836, 4_406, 881)
    assert balance(order, AccountKind.SELLER_PENDING) == eur(-(45_900 - 1_836 - 4_406 - 881))
    assert balance(order, AccountKind.PROMOTION_EXPENSE) == eur(2_754)
    assert balance(order, AccountKind.CUSTOMER_FUNDS) == eur(0)

    refund_services.refund_line(
        line_id=line.pk, amount=None, reason="returned", borne_by="seller", actor=ACTOR, key="all", now=NOW
    )

    for kind in (AccountKind.PROMOTION_EXPENSE, AccountKind.SELLER_PENDING, AccountKind.COMMISSION_REVENUE):
        assert balance(order, kind) == eur(0)
    assert balance(order, AccountKind.REFUND_PAYABLE) == -order.total


def test_an_order_that_ends_unpaid_gives_its_use_back_once():
    promotion = make_promotion(uses_limit=1)
    order = place(basket_with())
    promotion.refresh_from_db()
    assert promotion.used_count == 1

    settlement.expire(order_id=order.pk, now=LATER)
    settlement.expire(order_id=order.pk, now=LATER)

    promotion.refresh_from_db()
    assert promotion.used_count == 0
    assert place(basket_with(), now=LATER).lines.get().discount_minor == 4_590


def test_late_money_takes_the_use_again():
    promotion = make_promotion(uses_limit=1)
    order = place(basket_with())
    settlement.expire(order_id=order.pk, now=LATER)
    capture(order)

    settlement.confirm_paid(order_id=order.pk, now=LATER)

    order.refresh_from_db()
    promotion.refresh_from_db()
    assert (order.state, promotion.used_count) == (OrderState.PAID, 1)


def test_late_money_goes_back_when_the_use_is_somebody_elses_by_now():
    promotion = make_promotion(uses_limit=1)
    listing = make_listing(quantity=5)
    basket = make_basket([listing])
    enter(basket)
    order = place(basket)
    settlement.expire(order_id=order.pk, now=LATER)
    place(basket_with(), now=LATER)
    capture(order)

    refunds = settlement.confirm_paid(order_id=order.pk, now=LATER)

    order.refresh_from_db()
    promotion.refresh_from_db()
    listing.refresh_from_db()
    assert (order.state, promotion.used_count) == (OrderState.UNPAID, 1)
    assert [refund.amount for refund in refunds] == [order.total]
    assert (listing.quantity, listing.reserved) == (5, 0)


def test_an_order_that_runs_out_of_stock_uses_no_code():
    promotion = make_promotion(uses_limit=5)
    listing = make_listing(quantity=1)
    basket = make_basket([listing])
    enter(basket)
    total = total_of(basket)
    other = make_basket([listing])
    place(other)

    with pytest.raises((BasketChangedError, stock.OutOfStockError)), transaction.atomic():
        place(basket, total=total)

    promotion.refresh_from_db()
    assert promotion.used_count == 0


def test_a_code_is_never_used_for_two_promotions_of_a_market():
    make_promotion()
    facts = promotions.PromotionFacts(
        **{name: getattr(Promotion.objects.get(), name) for name in promotions.PromotionFacts.__slots__}
    )

    with pytest.raises(CodeTakenError):
        promotions.make_promotion(facts=facts, actor=ACTOR, reason="again", now=NOW)

    assert Promotion.objects.count() == 1


def test_a_promotion_ends_once():
    promotion = make_promotion()
    promotions.end_promotion(promotion_id=promotion.pk, actor=ACTOR, reason="too dear", now=NOW)

    with pytest.raises(PromotionOverError):
        promotions.end_promotion(promotion_id=promotion.pk, actor=ACTOR, reason="again", now=NOW)


def test_the_database_lets_no_unnamed_seller_pay():
    with pytest.raises(IntegrityError, match="checkout_promotion_charges_no_unnamed_seller"), transaction.atomic():
        make_promotion(seller_permille=1_000)
