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


class CheckState(models.TextChoices):
    """What became of the check of a paid order against fraud."""

    CLEAR = "clear", pgettext_lazy("order check", "Nothing found")
    HELD = "held", pgettext_lazy("order check", "To decide")
    RELEASED = "released", pgettext_lazy("order check", "Released")
    REFUSED = "refused", pgettext_lazy("order check", "Refused")
    ENDED = "ended", pgettext_lazy("order check", "Cancelled before a decision")


class ParcelCode(models.TextChoices):
    """What a carrier's scan means, in the order of a parcel's way."""

    HANDED_OVER = "handed_over", _("Handed to the carrier")
    IN_TRANSIT = "in_transit", _("On its way")
    DELAYED = "delayed", _("Held up on its way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    READY_FOR_PICK_UP = "ready_for_pick_up", _("Ready at the pick-up point")
    FAILED_ATTEMPT = "failed_attempt", _("Nobody was there to take it")
    DELIVERED = "delivered", _("Delivered")
    RETURNING = "returning", _("On its way back to the seller")
    RETURNED = "returned", _("Back at the seller")


class ParcelState(models.TextChoices):
    """Where a parcel is, by its scans and by what the sweeps concluded from silence."""

    ON_ITS_WAY = "on_its_way", pgettext_lazy("parcel", "On its way")
    DELIVERED = "delivered", pgettext_lazy("parcel", "Delivered")
    RETURNING = "returning", pgettext_lazy("parcel", "Coming back")
    RETURNED = "returned", pgettext_lazy("parcel", "Came back")
    LOST = "lost", pgettext_lazy("parcel", "Lost")


class LabelState(models.TextChoices):
    """What became of a shipping label: asked for, had, refused by the carrier, being given back, given back."""

    REQUESTED = "requested", pgettext_lazy("label", "Being made")
    BOUGHT = "bought", pgettext_lazy("label", "Ready to print")
    REFUSED = "refused", pgettext_lazy("label", "Refused by the carrier")
    VOIDING = "voiding", pgettext_lazy("label", "Being cancelled")
    VOIDED = "voided", pgettext_lazy("label", "Cancelled")


class CancelledBy(models.TextChoices):
    SELLER = "seller", _("Seller")
    SHOPPER = "shopper", _("Shopper")
    MARKETPLACE = "marketplace", _("Marketplace")


class TaxTreatment(models.TextChoices):
    """How a line is taxed, frozen when the order is placed (docs/invoices.md)."""

    MARGIN = "margin", _("Margin scheme")
    VAT = "vat", _("VAT included")
    SALES_TAX = "sales_tax", _("Sales tax added")
    EXEMPT = "exempt", _("Insurance, exempt from VAT")
    OUTSIDE = "outside", _("Outside the scope of VAT")


class DocumentKind(models.TextChoices):
    """Who bills whom: the seller its shopper, the house its shopper, the house a seller; each with its credit notes."""

    SALE = "sale", pgettext_lazy("document", "Invoice")
    SALE_CREDIT = "sale_credit", _("Credit note")
    SERVICE = "service", _("Service invoice")
    SERVICE_CREDIT = "service_credit", _("Service credit note")
    COMMISSION = "commission", _("Commission invoice")
    COMMISSION_CREDIT = "commission_credit", _("Commission credit note")


class PromotionKind(models.TextChoices):
    PERCENT = "percent", _("Percentage off")
    AMOUNT = "amount", _("Amount off")
    DELIVERY = "delivery", _("Delivery paid for")


class Refusal(models.TextChoices):
    """Why a promotion gives nothing, in the words that the shopper reads."""

    UNKNOWN = "unknown", _("We do not know this code. Check it for a letter too many or too few.")
    OTHER_MARKET = "other_market", _("This code is for another country's shop.")
    NOT_STARTED = "not_started", _("This code does not hold yet.")
    ENDED = "ended", _("This code has ended.")
    USED_UP = "used_up", _("This code has been used as often as it could be.")
    USED_BY_YOU = "used_by_you", _("You have used this code already.")
    NOT_FIRST_ORDER = "not_first_order", _("This code is for a first order, and you have ordered before.")
    NOT_FOR_THESE = "not_for_these", _("This code is not for what is in your basket.")
    MINIMUM_NOT_REACHED = "minimum_not_reached", _("Your basket is below what this code asks for.")
    NOT_COMBINED = "not_combined", _("This code cannot be combined with the others; they save you more.")
