"""What the search index has to hold: a version a document, and rebuilds of the whole."""

from django.db import models
from django.db.models import F, Q

from catalog.enums import ReindexState

from .product import ProductModel


class SearchDocument(models.Model):
    """
    The document of one product in one market, as far as the index is behind the database.

    `version` grows in the transaction of each change, so that the row's lock puts changes in order: a document that
    is read after its version holds all changes up to it. The row is dirty while `indexed_version` is lower. Rows are
    permanent, because a document that is gone still needs a version (a tombstone). `changed_at` is the first
    change that the index lacks; `lease_ends_at` is set while somebody brings it there.
    """

    product = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="+")
    market = models.CharField(max_length=2)
    version = models.BigIntegerField()
    indexed_version = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()
    lease_ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "market"], name="catalog_one_search_document_a_market"),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(indexed_version__lt=F("version")),
                name="catalog_search_document_dirty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.product_id} v{self.version}"


class SearchReindex(models.Model):
    """
    One rebuild of the index; `position` is the last document that was written, from where a killed rebuild goes on.
    """

    index_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ReindexState, default=ReindexState.RUNNING)
    position = models.BigIntegerField(default=0)
    written_count = models.PositiveIntegerField(default=0)
    document_count = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "search reindexes"
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="catalog_one_reindex_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.index_name

    @property
    def percent(self) -> int:
        return min(100, self.written_count * 100 // self.document_count) if self.document_count else 100
