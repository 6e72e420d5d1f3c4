"""The optional protection plan: chosen in the basket, paid with the order, owed to whoever covers the device."""

import pytest

from backmarket.core import outbox
from backmarket.core.money import Money
from backmarket.notify.models import Message
from catalog.tests.factories import NOW, make_listing
from checkout.models import BasketLine
from checkout.services import basket_lives, baskets, settlement
from checkout.services import refunds as refund_services
from checkout.services.baskets import BasketClosedError, LineMissingError, ProtectionNotOfferedError
from payments.enums import AccountKind
from payments.models import Refund
from payments.selectors.ledger import reference_balance

from .factories import ACTOR, accept, capture, make_basket, place, ship, total_of

pytestmark = pytest.mark.django_db


def eur(minor):
    return Money(minor, "EUR")


def protect(basket, *, wanted=True, line_id=None):
    baskets.set_protection(basket_id=basket.pk, line_id=line_id or basket.lines.get().pk, wanted=wanted, now=NOW)


def protected_order():
    basket = make_basket([make_listing()])
    protect(basket)
    order = place(basket)
    capture(order)
    settlement.confirm_paid(order_id=order.pk, now=NOW)
    order.refresh_from_db()
    return order


def balance(order, kind):
    return reference_balance(reference=order.reference, kind=kind, currency="EUR")


def test_a_chosen_plan_is_in_the_total_and_can_be_taken_out_again():
    basket = make_basket([make_listing()])
    before = total_of(basket)

    protect(basket)

    assert total_of(basket) == before + eur(4_190)
    protect(basket, wanted=False)
    assert total_of(basket) == before


def test_things_without_an_identifier_have_no_plan():
    basket = make_basket([make_listing(sku__product__category__key="cables")])

    with pytest.raises(ProtectionNotOfferedError):
        protect(basket)

    assert not BasketLine.objects.get().has_protection


def test_a_line_of_another_basket_gets_no_plan():
    basket, other = make_basket([make_listing()]), make_basket([make_listing()])

    with pytest.raises(LineMissingError):
        protect(basket, line_id=other.lines.get().pk)

    assert not BasketLine.objects.filter(has_protection=True).exists()


def test_an_ordered_basket_does_not_change_any_more():
    basket = make_basket([make_listing()])
    place(basket)

    with pytest.raises(BasketClosedError):
        protect(basket)


def test_the_plan_is_frozen_on_the_line_and_its_money_is_owed_from_dispatch_on():
    order = protected_order()
    line = order.lines.get()

    accept(line)
    ship(line)

    assert (line.protection_minor, line.protection_months, line.total) == (4_190, 24, order.total)
    assert balance(order, AccountKind.PROTECTION_PAYABLE) == eur(-4_190)
    assert balance(order, AccountKind.CUSTOMER_FUNDS) == eur(0)


def test_a_full_refund_ends_at_exactly_the_lines_parts():
    order = protected_order()
    line = order.lines.get()
    accept(line)
    ship(line)

    refund_services.refund_line(
        line_id=line.pk, amount=None, reason="returned", borne_by="seller", actor=ACTOR, key="all", now=NOW
    )

    assert Refund.objects.get().amount == order.total
    for kind in (AccountKind.PROTECTION_PAYABLE, AccountKind.SELLER_PENDING, AccountKind.SERVICE_REVENUE):
        assert balance(order, kind) == eur(0)


def test_the_mail_says_what_each_part_of_the_total_is_for():
    protected_order()

    outbox.drain(now=NOW)

    sent = Message.objects.get(kind="order_confirmed")
    assert "Protection: 41,90\xa0€" in sent.text
    assert "Service fee: 4,99\xa0€" in sent.text
    assert "Total paid: 505,89\xa0€" in sent.text


def test_merging_a_guests_basket_keeps_the_plan(django_user_model):
    user = django_user_model.objects.create_user("ada@example.org", "secret")
    guest = make_basket([make_listing()])
    protect(guest)

    basket_lives.merge_guest_basket(token=guest.token, user_id=user.pk, now=NOW)

    assert BasketLine.objects.get().has_protection
