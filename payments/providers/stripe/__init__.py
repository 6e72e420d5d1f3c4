"""Stripe, by its official SDK (docs/providers.md)."""

from datetime import timedelta

from django.conf import settings

from .disputes import StripeDisputes
from .payments import StripePayments
from .refunds import StripeRefunds, StripeTransfers
from .reports import StripeReports
from .webhooks import StripeWebhooks


class StripeProvider(StripePayments, StripeRefunds, StripeTransfers, StripeDisputes, StripeReports, StripeWebhooks):
    """Satisfies `Provider`, `DisputeProvider` and `ReportProvider` of `payments.providers.base`."""

    name = "stripe"
    # A card's bank may take longer than we wait, and the charge is listed once it has answered.
    lost_after = timedelta(minutes=5)
    finds_pages = False

    @property
    def is_configured(self) -> bool:
        return bool(settings.STRIPE_API_KEY)
