"""Reads of documents, narrowed to who may see them."""

from django.db.models import QuerySet
from django.http import HttpRequest

from checkout.enums import DocumentKind
from checkout.models import Document

from . import orders

OF_SHOPPERS = (DocumentKind.SALE, DocumentKind.SALE_CREDIT, DocumentKind.SERVICE, DocumentKind.SERVICE_CREDIT)
BY_SELLERS = (DocumentKind.SALE, DocumentKind.SALE_CREDIT)
TO_SELLERS = (DocumentKind.COMMISSION, DocumentKind.COMMISSION_CREDIT)


def visible_to(request: HttpRequest) -> QuerySet[Document]:
    """Documents of the orders that this visitor may see."""
    return Document.objects.filter(order__in=orders.visible_to(request), kind__in=OF_SHOPPERS)


def of_order(order_id: int) -> QuerySet[Document]:
    """What a shopper got for an order, in the order in which it was issued."""
    return Document.objects.filter(order_id=order_id, kind__in=OF_SHOPPERS).defer("facts")


def of_seller(seller_id: int) -> QuerySet[Document]:
    """What a seller issued; never what the house or another seller billed the same shopper (S2)."""
    return Document.objects.filter(seller_id=seller_id, kind__in=BY_SELLERS)


def of_seller_and_order(seller_id: int, order_id: int) -> list[Document]:
    return list(of_seller(seller_id).filter(order_id=order_id).defer("facts"))


def commissions_of(seller_id: int) -> QuerySet[Document]:
    """What the house billed a seller, newest first."""
    return Document.objects.filter(seller_id=seller_id, kind__in=TO_SELLERS).order_by("-pk")


def pdf_of(document: Document) -> bytes:
    """Draw a document: PDF/A-3 with its Factur-X XML inside, the same bytes each time."""
    # Typst and lxml are large, and most processes never draw a document.
    from checkout.rendering.pdf import pdf_of as draw

    return draw(document.facts)


def file_name(document: Document) -> str:
    return f"{document.number_text}.pdf"
