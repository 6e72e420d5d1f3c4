"""Disputes at Stripe: read, and answered with evidence."""

import io
from typing import TYPE_CHECKING
from uuid import UUID

from payments.providers.base import DisputeEvidence, ProviderDispute

from . import shapes
from .client import client, keyed, reading, writing

if TYPE_CHECKING:
    from stripe.params import DisputeUpdateParamsEvidence

_PARTS = ["charge"]


class StripeDisputes:
    """See `payments.providers.base.DisputeProvider`."""

    def find_dispute(self, ref: str) -> ProviderDispute:
        with reading():
            return shapes.dispute(client().v1.disputes.retrieve(ref, {"expand": _PARTS}))

    def submit_evidence(
        self, *, merchant_reference: UUID, dispute_ref: str, evidence: DisputeEvidence
    ) -> ProviderDispute:
        """Upload the document, then submit all of it; done again, neither is made twice."""
        with writing():
            file = client().v1.files.create(
                {"purpose": "dispute_evidence", "file": _named(evidence.document)},
                keyed("evidence-files", merchant_reference),
            )
            answered = client().v1.disputes.update(
                dispute_ref,
                {"evidence": _evidence(evidence, file.id), "submit": True, "expand": _PARTS},
                keyed("evidence", merchant_reference),
            )
        return shapes.dispute(answered)


def _named(document: bytes) -> io.BytesIO:
    file = io.BytesIO(document)
    file.name = "evidence.pdf"
    return file


def _evidence(evidence: DisputeEvidence, file_id: str) -> "DisputeUpdateParamsEvidence":
    return {
        "uncategorized_text": evidence.statement,
        "uncategorized_file": file_id,
        "product_description": evidence.product,
        "customer_name": evidence.customer_name,
        "customer_email_address": evidence.customer_email,
        "shipping_carrier": evidence.carrier,
        "shipping_tracking_number": evidence.tracking_number,
        "shipping_date": evidence.shipped_date.isoformat() if evidence.shipped_date else "",
    }
