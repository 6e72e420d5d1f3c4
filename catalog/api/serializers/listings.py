"""What every seller asks for a product."""

from typing import Any

from rest_framework import serializers

from catalog.selectors.pages.model_offers import OfferRow

from .common import GradeField, MoneySerializer


class ListingSerializer(serializers.Serializer[OfferRow]):
    """One seller's price of one version in one grade."""

    listing = serializers.UUIDField(source="listing_public_id")
    sku = serializers.UUIDField(source="sku_public_id")
    variant = serializers.CharField(allow_blank=True)
    colour_hex = serializers.CharField(allow_blank=True)
    grade = GradeField()
    price = MoneySerializer()
    days = serializers.IntegerField(help_text="Working days until it arrives.")
    warranty_months = serializers.IntegerField()
    seller = serializers.CharField(source="seller_slug")
    seller_name = serializers.CharField()
    rating = serializers.FloatField(allow_null=True, help_text="Of the seller.")
    rating_count = serializers.IntegerField()


class ListingChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="To be sent as the parameter named like the column.")
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field of the answer
    count = serializers.IntegerField(help_text="Listings that it leaves beside the other columns' choices.")
    is_chosen = serializers.BooleanField()


class ListingChoicesSerializer(serializers.Serializer[Any]):
    """What listings can be narrowed by."""

    storage = ListingChoiceSerializer(many=True)
    colour = ListingChoiceSerializer(many=True)
    grade = ListingChoiceSerializer(many=True)
    seller = ListingChoiceSerializer(many=True)
