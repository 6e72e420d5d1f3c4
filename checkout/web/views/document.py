"""Invoices and credit notes of an order, to take away."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from backmarket.core.downloads import attachment
from backmarket.core.policies import PUBLIC, policy
from checkout.selectors import documents

from .order import open_by_link


@policy(PUBLIC)
@require_safe
def download(request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
    """Answer a document to whom its order is shown, also through the signed link of the order's mails."""
    open_by_link(request, public_id)
    visible = documents.visible_to(request).filter(order__public_id=public_id)
    document = get_object_or_404(visible, public_id=document_id)
    return attachment(documents.file_name(document), documents.pdf_of(document), "application/pdf")
