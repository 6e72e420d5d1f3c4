from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from backmarket.accounts.groups import AGENT
from backmarket.accounts.models import User
from catalog.tests.factories import NOW, make_listing
from checkout.enums import DocumentKind
from checkout.models import Document
from checkout.selectors import orders
from checkout.services import documents

from .factories import paid_order, shipped_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def billed():
    """A dispatched line whose documents are written: the seller's invoice first."""
    line = shipped_line()
    assert line.parcel_id is not None
    documents.issue_for_parcel(parcel_id=line.parcel_id, now=NOW)
    return line


def address(order, document, locale="en-fr"):
    return f"/{locale}/orders/{order.public_id}/documents/{document.public_id}.pdf"


def own(client, order):
    user = User.objects.create_user("ada@example.org", "long enough")
    order.user = user
    order.save(update_fields=["user"])
    client.force_login(user)


def test_a_shopper_takes_the_invoices_from_the_order_page(client, billed):
    order = billed.order
    own(client, order)

    page = client.get(f"/en-fr/orders/{order.public_id}/")

    sale, service = Document.objects.order_by("pk")
    for document in (sale, service):
        assertContains(page, address(order, document))
    answer = client.get(address(order, sale))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-1.7")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{sale.number_text}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_guest_takes_an_invoice_through_the_signed_link_of_a_mail(client, billed):
    document = Document.objects.first()
    with translation.override("en-fr"):
        key = orders.link_path(billed.order).partition("?")[2]

    assert client.get(address(billed.order, document)).status_code == 404
    assert client.get(f"{address(billed.order, document)}?key=forged").status_code == 404
    assert client.get(f"{address(billed.order, document)}?{key}").status_code == 200


def test_forged_and_others_ids_answer_404(client, billed):
    mine = paid_order(make_listing())
    own(client, mine)
    others = Document.objects.first()

    assert client.get(address(billed.order, others)).status_code == 404
    assert client.get(address(mine, others)).status_code == 404
    assert client.get(f"/en-fr/orders/{mine.public_id}/documents/{uuid4()}.pdf").status_code == 404


def test_an_order_that_is_not_dispatched_says_when_the_invoice_comes(client):
    order = paid_order()
    own(client, order)

    assertContains(client.get(f"/en-fr/orders/{order.public_id}/"), "as soon as the parcel leaves")


def test_an_agent_takes_documents_from_the_order_and_finds_them_by_number(client, billed):
    user = User.objects.create_user("agent@example.org", "long enough", is_staff=True)
    user.groups.add(Group.objects.get(name=AGENT))
    client.force_login(user)
    document = Document.objects.get(kind=DocumentKind.SALE)
    pdf = f"/admin/checkout/document/{document.pk}/pdf/"

    assertContains(client.get(f"/admin/checkout/order/{billed.order_id}/change/"), pdf)
    assertContains(client.get("/admin/checkout/document/", {"q": document.number_text}), pdf)
    assertNotContains(client.get("/admin/checkout/document/", {"q": "S0-2026-000009"}), pdf)
    assertContains(client.get(f"/admin/checkout/document/{document.pk}/change/"), document.sha256)
    assert client.get(pdf).content.startswith(b"%PDF")
    assert client.get("/admin/checkout/document/999999/pdf/").status_code == 404


def test_staff_who_are_no_agents_get_no_document(client, billed):
    client.force_login(User.objects.create_user("clerk@example.org", "long enough", is_staff=True))
    document = Document.objects.get(kind=DocumentKind.SALE)

    assert client.get(f"/admin/checkout/document/{document.pk}/pdf/").status_code == 404
