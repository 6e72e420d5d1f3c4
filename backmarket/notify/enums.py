"""Words of messages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(TextChoices):
    SHOPPER = "shopper", pgettext_lazy("audience", "Shopper")
    SELLER = "seller", pgettext_lazy("audience", "Seller")
    STAFF = "staff", pgettext_lazy("audience", "Staff")
    # Whoever signs in, or tries to: of these addresses nothing is kept.
    ANYBODY = "anybody", pgettext_lazy("audience", "Whoever signs in")


class Category(TextChoices):
    """What a person can choose to get or not; what is essential comes always."""

    ESSENTIAL = "essential", _("Orders, money and your account")
    DELIVERY = "delivery", _("News of the delivery")
    REVIEWS = "reviews", _("Reviews")
    ALERTS = "alerts", _("Price and stock alerts")


class TextState(TextChoices):
    """What became of a text message: too late or unwanted ones are dropped, a provider may refuse a number."""

    WAITING = "waiting", pgettext_lazy("text message", "Waiting")
    SENT = "sent", pgettext_lazy("text message", "Sent")
    DROPPED = "dropped", pgettext_lazy("text message", "Not sent: too late, or switched off")
    REFUSED = "refused", pgettext_lazy("text message", "Refused")
