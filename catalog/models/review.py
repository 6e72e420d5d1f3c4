"""What buyers say of delivered devices, what sellers answer, and whom it helped."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from catalog.enums import Finding, Grade, RejectReason, ReviewState

from .product import ProductModel, Sku
from .seller import Seller


class Review(models.Model):
    """
    One review of one delivered order line, named by its reference, with at most one answer of the seller.

    `findings` and `answer_findings` are what a program saw in the words; `reason` says why they were rejected.
    """

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    product = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="reviews")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="reviews")
    grade = models.CharField(max_length=10, choices=Grade)
    line_reference = models.CharField(max_length=80)
    rating = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    market = models.CharField(max_length=2)
    author_name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.HELD)
    findings = ArrayField(models.CharField(max_length=10, choices=Finding), default=list, db_default=[], blank=True)
    reason = models.CharField(max_length=12, choices=RejectReason, blank=True, default="", db_default="")
    helpful_count = models.PositiveIntegerField(default=0, db_default=0)
    votes_count = models.PositiveIntegerField(default=0, db_default=0)
    answer = models.TextField(blank=True, default="", db_default="")
    answer_language = models.CharField(max_length=2, blank=True, default="", db_default="")
    answer_state = models.CharField(max_length=10, choices=ReviewState, blank=True, default="", db_default="")
    answer_findings = ArrayField(
        models.CharField(max_length=10, choices=Finding), default=list, db_default=[], blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="catalog_review_public_id"),
            models.UniqueConstraint(fields=["line_reference"], name="catalog_one_review_per_line"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="catalog_review_rating_1_to_5"),
            models.CheckConstraint(
                condition=Q(helpful_count__lte=F("votes_count")), name="catalog_review_helped_no_more_than_voted"
            ),
        ]
        indexes = [
            models.Index(fields=["product", "state", "-created_at"], name="catalog_review_product"),
            models.Index(fields=["seller", "state", "-created_at"], name="catalog_review_seller"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5 {self.title}"

    @property
    def has_words(self) -> bool:
        return bool(self.title or self.text)

    @property
    def version(self) -> tuple[object, ...]:
        """What changes with everything that a page shows of it; reads its seller."""
        said = (self.pk, self.rating, self.edited_at, self.helpful_count, self.votes_count)
        return *said, self.seller.name, self.shown_answer, self.answered_at

    @property
    def shown_answer(self) -> str:
        """The seller's answer while the shop shows it."""
        return self.answer if self.answer_state == ReviewState.PUBLISHED else ""


class ReviewVote(models.Model):
    """Whether a review helped one visitor, whom only a signed cookie names."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=40)
    is_helpful = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "voter"], name="catalog_one_vote_per_visitor")]

    def __str__(self) -> str:
        return f"{self.review_id}: {'+' if self.is_helpful else '-'}"
