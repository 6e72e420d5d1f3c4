"""What can be sold: brands, categories, product models and their exact variants."""

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backmarket.markets.registry import translated
from catalog.enums import ProductState
from catalog.rules.guides import Guide, read_guide


def full_name(name: str, brand: str) -> str:
    """Return a model's name with its brand in front, unless it starts with it."""
    return name if name.lower().startswith(brand.lower()) else f"{brand} {name}"


class Brand(models.Model):
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["slug"], name="catalog_brand_slug")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:brand", args=[self.slug])


class Category(models.Model):
    """A node of the tree; `names` and `guide` hold a text a language, the guide in the markup of `rules.guides`."""

    key = models.SlugField(max_length=60)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    names = models.JSONField(default=dict)
    guide = models.JSONField(default=dict, blank=True)
    family = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "key")
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["key"], name="catalog_category_key")]

    def __str__(self) -> str:
        return str(self.names.get("en", self.key))

    def get_absolute_url(self) -> str:
        return reverse("catalog:category", args=[self.key])

    @property
    def name(self) -> str:
        """The name in the active language."""
        return translated(self.names, get_language() or "en")

    @property
    def guide_text(self) -> str:
        """The paragraph that sums the buying guide up, in the active language."""
        return self.read_guide().summary

    def read_guide(self) -> Guide:
        return read_guide(translated(self.guide, get_language() or "en"))


class ProductModel(models.Model):
    """
    A model as its maker sold it ("iPhone 13"); shoppers choose one of its SKUs.

    `specs` is a list of {"key", "value"}; `search_text` is the normalised text of both search engines' index.
    `rating_sum` and `rating_count` are of the published reviews.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(max_length=180)
    family = models.CharField(max_length=40)
    launch_year = models.PositiveSmallIntegerField(null=True, blank=True)
    launch_month = models.PositiveSmallIntegerField(null=True, blank=True)
    descriptions = models.JSONField(default=dict, blank=True)
    specs = models.JSONField(default=list, blank=True)
    co2_saved_g = models.PositiveIntegerField(null=True, blank=True)
    ewaste_saved_g = models.PositiveIntegerField(null=True, blank=True)
    popularity = models.PositiveSmallIntegerField(default=0)
    rating_sum = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    state = models.CharField(max_length=10, choices=ProductState, default=ProductState.ACTIVE)
    source_ref = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 — unique where given
    search_text = models.TextField(blank=True, editable=False)
    search_vector = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ("-popularity", "pk")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="catalog_product_slug"),
            models.UniqueConstraint(fields=["public_id"], name="catalog_product_public_id"),
            models.UniqueConstraint(fields=["source_ref"], name="catalog_product_source_ref"),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="catalog_product_vector"),
            GinIndex(fields=["search_text"], name="catalog_product_trigram", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["category", "-popularity"], name="catalog_product_category"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.slug])

    @property
    def full_name(self) -> str:
        """The name with its brand in front, unless it starts with it."""
        return full_name(self.name, self.brand.name)

    @property
    def description(self) -> str:
        return translated(self.descriptions, get_language() or "en")


class Sku(models.Model):
    """
    One exact specification that several sellers can offer.

    `attributes` holds the typed attributes of `rules.attributes`; those that people filter by stand in columns too.
    `new_price_minor` is the launch price in EUR cents including tax.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    product = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="skus")
    key = models.CharField(max_length=200)
    attributes = models.JSONField(default=dict)
    storage_gb = models.PositiveIntegerField(null=True, blank=True)
    memory_gb = models.PositiveIntegerField(null=True, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    colour_names = models.JSONField(default=dict, blank=True)
    colour_hex = models.CharField(max_length=7, blank=True)
    new_price_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("product", "storage_gb", "pk")
        verbose_name = "SKU"
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="catalog_sku_public_id"),
            models.UniqueConstraint(fields=["product", "key"], name="catalog_sku_key_once_per_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.key}"

    @property
    def colour_name(self) -> str:
        return translated(self.colour_names, get_language() or "en")
