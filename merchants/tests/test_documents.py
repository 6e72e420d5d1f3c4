from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains
from stdnum import luhn

from catalog.tests.factories import NOW, make_listing
from checkout.enums import DocumentKind
from checkout.flows import commissions
from checkout.models import Document
from checkout.services import documents
from checkout.tests.factories import accept, paid_order, ship
from merchants.enums import Role

from .factories import office_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared():
    """Two sellers' dispatched lines of one order, with their documents."""
    lines = list(paid_order(make_listing(), make_listing()).lines.order_by("pk"))
    for line in lines:
        body = f"35{line.pk:012d}"
        accept(line)
        ship(line, imei=body + luhn.calc_check_digit(body))
        line.refresh_from_db()
        assert line.parcel_id is not None
        documents.issue_for_parcel(parcel_id=line.parcel_id, now=NOW)
    return lines


def address(order, document):
    return reverse("office:document", args=[order.number, document.public_id])


def test_a_shared_order_shows_each_seller_only_its_own_documents(shared):
    mine, other = shared
    office = office_of(mine.seller, Role.ORDERS)
    own = Document.objects.get(kind=DocumentKind.SALE, seller_id=mine.seller_id)
    foreign = [*Document.objects.filter(seller_id=other.seller_id), *Document.objects.filter(seller=None)]

    page = office.get(reverse("office:order", args=[mine.order.number]))

    assertContains(page, address(mine.order, own))
    assert office.get(address(mine.order, own)).content.startswith(b"%PDF")
    assert len(foreign) == 3
    for document in foreign:
        assertNotContains(page, document.number_text)
        assert office.get(address(mine.order, document)).status_code == 404


def test_finance_takes_the_bills_of_the_marketplace_and_nobody_elses(shared):
    mine, other = shared
    commissions.issue_due(now=datetime(2026, 12, 3, tzinfo=UTC))
    bill = Document.objects.get(kind=DocumentKind.COMMISSION, seller_id=mine.seller_id)
    others = Document.objects.get(kind=DocumentKind.COMMISSION, seller_id=other.seller_id)
    office = office_of(mine.seller, Role.FINANCE)

    page = office.get(reverse("office:payouts"))

    assertContains(page, bill.number_text)
    assertNotContains(page, others.number_text)
    assert office.get(reverse("office:commission_invoice", args=[bill.public_id])).content.startswith(b"%PDF")
    assert office.get(reverse("office:commission_invoice", args=[others.public_id])).status_code == 404
    packer = office_of(mine.seller, Role.ORDERS)
    assert packer.get(reverse("office:commission_invoice", args=[bill.public_id])).status_code == 404
