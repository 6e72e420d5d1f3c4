"""The card of a product, as every list shows it."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backmarket.markets.indexing import public_url
from catalog.selectors.pages.cards import ProductCard

from .common import ColourSerializer, FamilyMixin, GradeField, MoneySerializer


class CardSerializer(FamilyMixin):
    """A product with its cheapest offer that matches."""

    slug = serializers.CharField(help_text="The product's name in addresses.")
    name = serializers.CharField()
    sku = serializers.UUIDField(source="sku_public_id", help_text="The version of the offer.")
    variant = serializers.CharField(allow_blank=True)
    grade = GradeField()
    price = MoneySerializer()
    new_price = MoneySerializer(allow_null=True, help_text="At launch; null where it is unknown in this currency.")
    saving = MoneySerializer(allow_null=True)
    colour = ColourSerializer()
    swatches = ColourSerializer(many=True, help_text="The colours in stock.")
    rating = serializers.FloatField(allow_null=True)
    rating_count = serializers.IntegerField()
    co2_saved_g = serializers.IntegerField(allow_null=True)
    lowest_in_30_days = MoneySerializer(
        source="low_before",
        allow_null=True,
        help_text="Before the reduction; null while the price is not a reduced one.",
    )
    drop = MoneySerializer(allow_null=True, help_text="How far the price is below `lowest_in_30_days`.")
    reduced_at = serializers.DateTimeField(allow_null=True)
    page_url = serializers.SerializerMethodField(help_text="The product's page in the shop.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page_url(self, card: ProductCard) -> str:
        return public_url(reverse("catalog:product", args=[card.slug]))
