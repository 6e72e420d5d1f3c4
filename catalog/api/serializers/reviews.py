"""What buyers said, and what shoppers asked."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.enums import AnswererKind, Grade
from catalog.models import Answer, Question, Review
from catalog.rules.attributes import variant_text
from catalog.selectors.pages.reviews import FilterChoice

from .common import GradeField


class SellerAnswerSerializer(serializers.Serializer[Review]):
    """What the seller answered, in the language in which it was written."""

    text = serializers.CharField(source="shown_answer")
    language = serializers.CharField(source="answer_language")
    answered_at = serializers.DateTimeField()


class ReviewSerializer(serializers.Serializer[Review]):
    """A review of a delivered device; texts stay in the language in which they were written."""

    id = serializers.UUIDField(source="public_id")
    rating = serializers.IntegerField()
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    author_name = serializers.CharField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    helpful_count = serializers.IntegerField(help_text="Visitors whom it helped.")
    votes_count = serializers.IntegerField(help_text="Visitors who said whether it helped.")
    answer = serializers.SerializerMethodField(help_text="The seller's answer, if there is one.")
    product = serializers.CharField(source="product.slug")
    product_name = serializers.CharField(source="product.full_name")
    seller = serializers.CharField(source="seller.slug")
    seller_name = serializers.CharField(source="seller.name")
    sku = serializers.UUIDField(source="sku.public_id")
    variant = serializers.SerializerMethodField()
    grade = GradeField()

    @extend_schema_field(SellerAnswerSerializer(allow_null=True))
    def get_answer(self, review: Review) -> Any:
        return SellerAnswerSerializer(review).data if review.shown_answer else None

    @extend_schema_field({"type": "string"})
    def get_variant(self, review: Review) -> str:
        return variant_text(review.sku.attributes, review.sku.colour_name)


class StarsSerializer(serializers.Serializer[Any]):
    stars = serializers.IntegerField()
    count = serializers.IntegerField()
    percent = serializers.IntegerField()


class RatingSerializer(serializers.Serializer[Any]):
    """What all published reviews of a product add up to."""

    count = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    spread = StarsSerializer(many=True)


class ReviewChoiceSerializer(serializers.Serializer[Any]):
    """A value to narrow reviews by."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    count = serializers.IntegerField(help_text="Reviews that it leaves with the other filters as they are.")
    is_chosen = serializers.BooleanField()


class GradeChoiceSerializer(ReviewChoiceSerializer):
    """A grade to narrow reviews by."""

    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of the answer

    def get_label(self, choice: FilterChoice) -> str:
        return str(Grade(choice.value).label)


class ReviewFiltersSerializer(serializers.Serializer[Any]):
    """What reviews can be narrowed by, named like the parameters; only what somebody wrote a review of."""

    rating = ReviewChoiceSerializer(source="stars", many=True)
    grade = GradeChoiceSerializer(source="grades", many=True)
    seller = ReviewChoiceSerializer(source="sellers", many=True)
    language = ReviewChoiceSerializer(source="languages", many=True)


class AnswerSerializer(serializers.Serializer[Answer]):
    """An answer of a seller, of somebody who bought the device, or of the house."""

    kind = serializers.ChoiceField(choices=AnswererKind.choices)
    author_name = serializers.CharField(source="shown_name")
    seller = serializers.CharField(source="seller.slug", allow_null=True, default=None, help_text="Slug of a seller.")
    text = serializers.CharField()
    language = serializers.CharField()
    created_at = serializers.DateTimeField()


class QuestionSerializer(serializers.Serializer[Question]):
    """A question about a product; texts stay in the language in which they were written."""

    id = serializers.UUIDField(source="public_id")
    text = serializers.CharField()
    language = serializers.CharField()
    author_name = serializers.CharField()
    created_at = serializers.DateTimeField()
    answers = AnswerSerializer(many=True, help_text="The oldest first; empty while nobody has answered.")
