"""What shoppers ask about a product, and what sellers, buyers and staff answer."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog.enums import AnswererKind, Finding, RejectReason, ReviewState

from .product import ProductModel
from .seller import Seller

HOUSE = "backmarket"


class Words(models.Model):
    """Words of a visitor with their language; shown once a person has read them."""

    author_name = models.CharField(max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField()
    language = models.CharField(max_length=2)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.HELD)
    findings = ArrayField(models.CharField(max_length=10, choices=Finding), default=list, blank=True)
    reason = models.CharField(max_length=12, choices=RejectReason, blank=True)

    class Meta:
        abstract = True


class Question(Words):
    """A question about a product; a guest gives a name, and no address is asked for."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    product = models.ForeignKey(ProductModel, on_delete=models.PROTECT, related_name="questions")
    market = models.CharField(max_length=2)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["public_id"], name="catalog_question_public_id")]
        indexes = [models.Index(fields=["product", "state", "-created_at"], name="catalog_question_product")]

    def __str__(self) -> str:
        return self.text[:60]


class Answer(Words):
    """An answer to a question: one a seller, one a buyer, as many of the house as it takes."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=6, choices=AnswererKind)
    seller = models.ForeignKey(Seller, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("created_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["question", "seller"], name="catalog_one_answer_per_seller"),
            models.UniqueConstraint(
                fields=["question", "user"], condition=Q(kind="buyer"), name="catalog_one_answer_per_buyer"
            ),
            models.CheckConstraint(
                condition=Q(kind="seller", seller__isnull=False) | (~Q(kind="seller") & Q(seller__isnull=True)),
                name="catalog_answer_names_its_seller",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def shown_name(self) -> str:
        """Who answers, as the shop shows it: staff speak for the house, a seller under its own name."""
        if self.kind == AnswererKind.STAFF:
            return HOUSE
        return self.seller.name if self.seller else self.author_name
