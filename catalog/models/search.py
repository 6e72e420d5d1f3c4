"""What staff tell the search: words that mean the same, and products to show earlier or later."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.enums import BoostKind

from .product import ProductModel


class SearchVersion(models.Model):
    """One row whose `version` changes with everything that searches are read by."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="catalog_search_has_one_version")]

    def __str__(self) -> str:
        return str(self.version)


class SearchSynonym(models.Model):
    """Where somebody types `term`, `means` is read; both in their normal form, `language` empty for all."""

    term = models.CharField(_("term"), max_length=80)
    means = models.CharField(_("means"), max_length=120)
    language = models.CharField(_("language"), max_length=2, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ("term", "language")
        verbose_name = _("search synonym")
        verbose_name_plural = _("search synonyms")
        constraints = [models.UniqueConstraint(fields=["term", "language"], name="catalog_synonym_once_per_language")]

    def __str__(self) -> str:
        return f"{self.term} → {self.means}"


class SearchBoost(models.Model):
    """
    A product that a search shows first, earlier or last, between two instants.

    `query` is a search in its normal form as it was read, empty for every search; `points` are added to the product's
    popularity.
    """

    query = models.CharField(_("search"), max_length=120, blank=True)
    product = models.ForeignKey(
        ProductModel, on_delete=models.CASCADE, related_name="search_boosts", verbose_name=_("product")
    )
    kind = models.CharField(_("effect"), max_length=6, choices=BoostKind)
    points = models.SmallIntegerField(_("points"), default=0)
    reason = models.CharField(_("reason"), max_length=200)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("query", "kind", "-points", "pk")
        verbose_name = _("search boost")
        verbose_name_plural = _("search boosts")
        constraints = [
            models.UniqueConstraint(fields=["query", "product"], name="catalog_boost_once_per_search"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="catalog_boost_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query or '*'}: {self.product_id} {self.kind}"
