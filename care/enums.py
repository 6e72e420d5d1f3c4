"""Words of after-sale support."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketState(models.TextChoices):
    """Whose turn it is, and the two ends."""

    WAITING_SELLER = "waiting_seller", _("Waiting for the seller")
    WAITING_SHOPPER = "waiting_shopper", _("Waiting for the shopper")
    ESCALATED = "escalated", _("With the marketplace")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


class Issue(models.TextChoices):
    NOT_RECEIVED = "not_received", _("It has not arrived")
    DEFECTIVE = "defective", _("It does not work as it should")
    BATTERY = "battery", _("The battery does not last")
    SCREEN = "screen", _("There is a problem with the screen")
    SOUND = "sound", _("There is a problem with the sound")
    WORSE_THAN_DESCRIBED = "worse_than_described", _("It looks worse than described")
    WRONG_ITEM = "wrong_item", _("I received something else")
    LOCKED = "locked", _("It is locked to someone's account")
    CHANGED_MIND = "changed_mind", _("I changed my mind")
    OTHER = "other", _("Something else")


class Outcome(models.TextChoices):
    REPAIR = "repair", _("Repair")
    REPLACEMENT = "replacement", _("Replacement")
    REFUND = "refund", _("Refund")
    ADVICE = "advice", _("Just an answer")


class AuthorKind(models.TextChoices):
    SHOPPER = "shopper", _("Shopper")
    SELLER = "seller", _("Seller")
    AGENT = "agent", _("Support")
    SYSTEM = "system", _("backmarket")
