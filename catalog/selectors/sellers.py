"""Sellers by name, for pages of higher tribes."""

from collections.abc import Iterable

from catalog.models import Seller

FOUND_AT_MOST = 20


def seller_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the public names of these sellers."""
    return dict(Seller.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def seller_ids_named(text: str) -> list[int]:
    """Return the sellers whose public name contains a text, case aside, in the order of their names."""
    rows = Seller.objects.filter(name__icontains=text).order_by("name", "pk")
    return list(rows.values_list("pk", flat=True)[:FOUND_AT_MOST])
