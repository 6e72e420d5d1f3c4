"""Words of buying."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BasketState(models.TextChoices):
    OPEN = "open", "Open"
    ORDERED = "ordered", "Ordered"


class OrderState(models.TextChoices):
    """Where the payment of an order stands; what happens to its items stands on the lines."""

    PENDING_PAYMENT = "pending_payment", _("Waiting for payment")
    PAID = "paid", _("Paid")
    UNPAID = "unpaid", _("Not paid")


class LineState(models.TextChoices):
    """The life of an order line (domain.md, "Order line")."""

    NEW = "new", pgettext_lazy("order line", "New")
    PENDING_PAYMENT = "pending_payment", _("Waiting for payment")
    ON_HOLD = "on_hold", _("Being checked")
    PAID = "paid", _("Paid")
    ACCEPTED = "accepted", _("Accepted")
    SHIPPED = "shipped", _("Dispatched")
    DELIVERED = "delivered", _("Delivered")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDED_BEFORE_SHIPPING = "refunded_before_shipping", _("Refunded before dispatch")
    REFUNDED_AFTER_SHIPPING = "refunded_after_shipping", _("Refunded")
    UNPAID = "unpaid", _("Not paid")


class CancelledBy(models.TextChoices):
    SELLER = "seller", _("Seller")
    SHOPPER = "shopper", _("Shopper")
    MARKETPLACE = "marketplace", _("Marketplace")
