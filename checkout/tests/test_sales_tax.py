from decimal import Decimal

import pytest
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.core.money import Money
from backmarket.markets.regions import REGIONS
from backmarket.markets.registry import MARKETS
from catalog.enums import TaxScheme
from catalog.tests.factories import NOW, SellerFactory, make_listing
from checkout.enums import DocumentKind, TaxTreatment
from checkout.models import Order, OrderLine
from checkout.rules.sales_tax import SALES_TAX, STATE_RATES, StateTax
from checkout.selectors.baskets import basket_view
from checkout.services import documents, lines, placement, refunds, settlement
from payments.models import Posting
from payments.providers.base import ProviderRefund, Truth
from payments.services import refunds as payment_refunds

from .factories import ACTOR, DETAILS, IMEI, capture, make_basket, make_buyer

pytestmark = pytest.mark.django_db
HERE = {"region": "CA", "postcode": "94110", "city": "San Francisco", "phone": "(201) 555-0123"}


def usd(minor):
    return Money(minor, "USD")


def american_listing(price_minor=31_900):
    seller = SellerFactory(country="US", home_market="US", markets=["US"], tax_scheme=TaxScheme.VAT)
    return make_listing(price_minor=price_minor, market="US", currency="USD", seller=seller)


def californian_order():
    """A phone for 319.00 with 4.99 fee, free delivery and 23.13 sales tax."""
    basket = make_basket([american_listing()], market="US")
    view = basket_view(basket, market=MARKETS["US"], carriers={}, now=NOW, postcode="94110", region="CA")
    order = placement.place_order(
        basket_id=basket.pk,
        buyer=make_buyer("US", **HERE),
        carriers={},
        expected_total=view.totals.total,
        user_id=None,
        locale="en-us",
        actor=ACTOR,
        now=NOW,
    )
    capture(order)
    settlement.confirm_paid(order_id=order.pk, now=NOW)
    return order


def sent_to_california():
    line = californian_order().lines.get()
    lines.accept_line(line_id=line.pk, seller_id=line.seller_id, actor=ACTOR, now=NOW)
    lines.ship_lines(
        seller_id=line.seller_id,
        order_id=line.order_id,
        carrier=line.carrier,
        tracking_number="1Z999",
        identifiers={line.pk: IMEI},
        actor=ACTOR,
        now=NOW,
    )
    return OrderLine.objects.select_related("order", "seller").get(pk=line.pk)


def owed_to_california():
    return -sum(Posting.objects.filter(account__owner="US-CA").values_list("amount_minor", flat=True))


def give_back(line, minor, key):
    amount = None if minor is None else usd(minor)
    view = refunds.refund_line(
        line_id=line.pk, amount=amount, reason="returned", borne_by="seller", actor=ACTOR, key=key, now=NOW
    )
    payment_refunds.record_truth(refund_id=view.public_id, truth=ProviderRefund(f"re_{key}", Truth.SUCCEEDED), now=NOW)
    return documents.issue_for_refund(refund_id=str(view.public_id), now=NOW)


def test_the_table_knows_every_state_that_taxes_and_no_other():
    known = {state for state in REGIONS["US"] if SALES_TAX.at(state=state, postcode="") is not None}

    outside = {"AS", "GU", "MP", "PR", "VI", "AA", "AE", "AP"}
    assert set(REGIONS["US"]) - known - outside == {"AK", "DE", "MT", "NH", "OR"}
    assert known == set(STATE_RATES)
    assert SALES_TAX.at(state="", postcode="94110") is None


@pytest.mark.parametrize(("taxes_delivery", "tax"), [(True, 2_356), (False, 2_313)])
def test_a_state_taxes_goods_and_maybe_delivery_rounded_once(taxes_delivery, tax):
    state = StateTax("US-CA", Decimal("0.0725"), taxes_delivery)

    assert state.on(goods=usd(31_900), delivery=usd(599)) == usd(tax)


def test_sales_tax_is_part_of_the_total_once_the_state_is_known():
    basket = make_basket([american_listing()], market="US")

    def totals(region):
        return basket_view(basket, market=MARKETS["US"], carriers={}, now=NOW, region=region).totals

    assert totals("").sales_tax == usd(0)
    assert totals("OR").total == totals("").total
    assert totals("CA").sales_tax == usd(2_313)
    assert totals("CA").total - totals("").total == usd(2_313)


def test_in_europe_a_region_adds_nothing():
    basket = make_basket([make_listing()])

    view = basket_view(basket, market=MARKETS["FR"], carriers={}, now=NOW, region="CA")

    assert view.totals.sales_tax == Money.zero("EUR")


def test_an_order_freezes_its_states_tax():
    order = californian_order()

    line = order.lines.get()
    assert (line.sales_tax_minor, line.tax_jurisdiction, line.tax_rate) == (2_313, "US-CA", Decimal("0.07250"))
    assert line.tax_treatment == TaxTreatment.SALES_TAX
    assert order.total == line.total == line.price + line.shipping + line.service_fee + usd(2_313)


def test_at_dispatch_the_tax_is_owed_to_the_state_and_not_to_the_seller():
    line = sent_to_california()

    pending = Posting.objects.filter(account__kind="seller_pending").values_list("amount_minor", flat=True)
    assert owed_to_california() == 2_313
    assert -sum(pending) == line.gross.amount_minor - line.commission_minor


def test_a_refund_gives_the_tax_back_with_the_goods_to_the_last_cent():
    line = sent_to_california()
    taxed = line.gross.amount_minor + 2_313

    (first,) = give_back(line, taxed // 2, "half")
    assert 1_150 <= owed_to_california() <= 1_160
    rest = give_back(line, None, "rest")

    assert owed_to_california() == 0
    assert [note.kind for note in rest] == [DocumentKind.SALE_CREDIT, DocumentKind.SERVICE_CREDIT]
    assert first.total_minor + rest[0].total_minor == taxed
    assert first.facts["tax_minor"] + rest[0].facts["tax_minor"] == 2_313


def test_an_american_invoice_states_price_and_sales_tax_apart():
    line = sent_to_california()

    sale, service = documents.issue_for_parcel(parcel_id=line.parcel_id, now=NOW)

    assert sale.facts["taxes"] == [
        {
            "treatment": "sales_tax",
            "rate": "0.0725",
            "jurisdiction": "US-CA",
            "net_minor": line.gross.amount_minor,
            "tax_minor": 2_313,
        }
    ]
    assert sale.total_minor + service.total_minor == line.total.amount_minor


def test_the_checkout_shows_the_tax_of_the_chosen_state_before_anything_is_paid(client):
    client.post("/en-us/basket/add/", {"listing": american_listing().public_id, "quantity": "1"})
    page = client.get("/en-us/checkout/")
    view = page.context["view"]
    shown = {"basket": str(view.basket.token), "total_minor": str(view.totals.total.amount_minor)}

    counted = client.post("/en-us/checkout/", {**DETAILS, **HERE, **shown, "update": "1"})
    pressed = client.post("/en-us/checkout/", {**DETAILS, **HERE, **shown})

    assertContains(page, "Sales tax of your state is added as soon as it is chosen.")
    assertContains(counted, "$23.13")
    assert pressed.status_code == 409
    assert not Order.objects.exists()


def test_the_order_page_shows_the_sales_tax(client):
    order = californian_order()
    with translation.override("en-us"):
        client.get(f"/en-us/orders/{order.public_id}/")
    session = client.session
    session["orders"] = [str(order.public_id)]
    session.save()

    page = client.get(f"/en-us/orders/{order.public_id}/")

    assertContains(page, "Sales tax, CA")
    assertContains(page, "$23.13")
    assertNotContains(page, "VAT")
