"""Words of the back office."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MerchantState(models.TextChoices):
    APPLIED = "applied", _("Applied")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")


class Role(models.TextChoices):
    """What a member of a merchant's team may do; an owner may do everything."""

    OWNER = "owner", _("Owner")
    CATALOGUE = "catalogue", _("Catalogue")
    ORDERS = "orders", _("Orders")
    CARE = "care", _("Care")
    FINANCE = "finance", _("Finance")
    READ_ONLY = "read_only", _("Read only")
