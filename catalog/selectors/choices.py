"""What staff of other tribes choose among: categories and sellers by name."""

from catalog.models import Category, Seller


def category_choices() -> list[tuple[int, str]]:
    """List every category, in one query."""
    return [(category.pk, category.name) for category in Category.objects.order_by("position", "key")]


def seller_choices() -> list[tuple[int, str]]:
    """List every seller, in one query."""
    return list(Seller.objects.order_by("name").values_list("pk", "name"))
