"""What buyers said."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Review
from catalog.rules.attributes import variant_text

from .common import GradeField


class ReviewSerializer(serializers.Serializer[Review]):
    """A review of a delivered device; texts stay in the language in which they were written."""

    rating = serializers.IntegerField()
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    author_name = serializers.CharField()
    created_at = serializers.DateTimeField()
    product = serializers.CharField(source="product.slug")
    product_name = serializers.CharField(source="product.full_name")
    seller = serializers.CharField(source="seller.slug")
    seller_name = serializers.CharField(source="seller.name")
    sku = serializers.UUIDField(source="sku.public_id")
    variant = serializers.SerializerMethodField()
    grade = GradeField()

    @extend_schema_field({"type": "string"})
    def get_variant(self, review: Review) -> str:
        return variant_text(review.sku.attributes, review.sku.colour_name)
