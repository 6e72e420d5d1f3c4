"""Reads of teams."""

from merchants.enums import MerchantState, Role
from merchants.models import Membership, Merchant


def memberships_of(user_id: int) -> list[Membership]:
    """Return a person's memberships with their merchants, in one query."""
    rows = Membership.objects.filter(user_id=user_id).select_related("merchant__seller")
    return list(rows.order_by("merchant__seller__name", "pk"))


def team_of(merchant_id: int) -> list[Membership]:
    """Return a merchant's members, owners first."""
    rows = list(Membership.objects.filter(merchant_id=merchant_id).select_related("user"))
    return sorted(rows, key=lambda one: (one.role != Role.OWNER, one.user.email.lower()))


def contacts_of(seller_id: int) -> list[tuple[str, str]]:
    """Return (address, locale) of whom to tell what happens at a seller."""
    merchant = Merchant.objects.filter(pk=seller_id).exclude(state=MerchantState.APPLIED).first()
    return [(merchant.contact_email, merchant.contact_locale)] if merchant else []
