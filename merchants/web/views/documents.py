"""A seller's own invoices and credit notes, and what the marketplace billed it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from backmarket.core.downloads import attachment
from backmarket.core.policies import policy
from checkout.selectors import documents
from merchants.enums import Role
from merchants.policies import member
from merchants.web import page

from .payouts import CAN_SEE


@policy(member(Role.ORDERS))
@require_safe
def of_order(request: HttpRequest, number: int, public_id: UUID) -> HttpResponse:
    """Answer a document that this seller issued for an order."""
    own = documents.of_seller(page.merchant_of(request).pk).filter(order__number=number)
    document = get_object_or_404(own, public_id=public_id)
    return attachment(documents.file_name(document), documents.pdf_of(document), "application/pdf")


@policy(CAN_SEE)
@require_safe
def commission(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a bill of the marketplace to this seller."""
    own = documents.commissions_of(page.merchant_of(request).pk)
    document = get_object_or_404(own, public_id=public_id)
    return attachment(documents.file_name(document), documents.pdf_of(document), "application/pdf")
