"""Words of the catalogue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.TextChoices):
    """Looks only; every grade is fully functional (domain.md, "Grade")."""

    PREMIUM = "premium", _("Premium")
    EXCELLENT = "excellent", _("Excellent")
    GOOD = "good", _("Good")
    FAIR = "fair", _("Fair")


GRADE_ORDER = tuple(Grade.values)


class ProductState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("On sale")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SellerLevel(models.TextChoices):
    EXCELLENT = "excellent", _("Excellent")
    GOOD = "good", _("Good")
    AT_RISK = "at_risk", _("At risk")
    SUSPENDED = "suspended", _("Suspended")


class TaxScheme(models.TextChoices):
    MARGIN = "margin", _("Margin scheme")
    VAT = "vat", _("VAT")


class ReservationState(models.TextChoices):
    HELD = "held", "Held"
    CONSUMED = "consumed", "Consumed"
    RELEASED = "released", "Released"


class ReviewState(models.TextChoices):
    """What the shop does with words of visitors: reviews, answers, questions."""

    PUBLISHED = "published", _("Published")
    HELD = "held", _("Held for moderation")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")


class Finding(models.TextChoices):
    """What a program finds in words and a person has to look at (`rules.moderation`)."""

    LINK = "link", _("Link")
    EMAIL = "email", _("E-mail address")
    NUMBER = "number", _("Phone or device number")
    INSULT = "insult", _("Insult")
    SHOUTING = "shouting", _("Shouting")


class RejectReason(models.TextChoices):
    """Why words are not shown; their author reads it."""

    PERSONAL = "personal", _("It contains personal data.")
    ADVERTISING = "advertising", _("It advertises something.")
    INSULTING = "insulting", _("It insults somebody.")
    OFF_TOPIC = "off_topic", _("It is not about the device.")
    OTHER = "other", _("It breaks our rules for reviews.")


class AnswererKind(models.TextChoices):
    """Who answers a question."""

    SELLER = "seller", _("Seller")
    BUYER = "buyer", _("Buyer")
    STAFF = "staff", _("backmarket")


class ReviewSort(models.TextChoices):
    HELPFUL = "helpful", _("Most helpful")
    NEWEST = "newest", _("Newest")
    LOWEST = "lowest", _("Lowest rating")


class RelatedKind(models.TextChoices):
    BOUGHT_WITH = "bought_with", "Bought with"
    SIMILAR = "similar", "Similar"


class BoostKind(models.TextChoices):
    """What staff let the search do with a product."""

    PIN = "pin", _("Show first")
    RAISE = "raise", _("Show earlier or later")
    BURY = "bury", _("Show last")


class AlertKind(models.TextChoices):
    """What an alert waits for."""

    PRICE = "price", _("A lower price")
    STOCK = "stock", _("Back in stock")


class AlertState(models.TextChoices):
    """An alert of a guest waits until the address is confirmed."""

    UNCONFIRMED = "unconfirmed", _("Not confirmed yet")
    ACTIVE = "active", _("On")


class ReindexState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    ABANDONED = "abandoned", _("Abandoned")
