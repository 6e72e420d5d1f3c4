"""A seller's public page."""

from catalog.models import Seller


def find_seller(slug: str) -> Seller | None:
    """Return a seller by name in the address; inactive ones keep their page, because orders lead there."""
    return Seller.objects.filter(slug=slug).first()
