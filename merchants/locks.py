"""Row locks of merchants: the merchant before its memberships."""

from .models import Membership, Merchant


def lock_team(merchant_id: int) -> list[Membership]:
    """Let one change of a team at a time happen, and return its members."""
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
    return list(Membership.objects.filter(merchant_id=merchant_id).select_related("user").order_by("pk"))
