"""The home page and delivery."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backmarket.markets.indexing import public_url
from catalog.selectors.pages.home import CategoryTile

from .cards import CardSerializer
from .common import FamilyMixin, MoneySerializer, WindowSerializer


class TileSerializer(FamilyMixin):
    """A top category with what stands in it."""

    key = serializers.CharField()
    name = serializers.CharField()
    low = MoneySerializer()
    offer_count = serializers.IntegerField()
    page_url = serializers.SerializerMethodField()

    def get_page_url(self, tile: CategoryTile) -> str:
        return public_url(tile.url)


class HomeSerializer(serializers.Serializer[Any]):
    """What the home page shows to somebody whom it does not know."""

    tiles = TileSerializer(many=True)
    best_value = CardSerializer(many=True, help_text="Furthest below their price when new, at most two a category.")
    most_wanted = CardSerializer(many=True)
    price_drops = CardSerializer(many=True, help_text="Furthest below their lowest price of the 30 days before.")
    back_in_stock = CardSerializer(many=True, help_text="The versions that came back last.")
    offer_count = serializers.IntegerField()
    low = MoneySerializer(allow_null=True)
    seller_count = serializers.IntegerField()
    rating = serializers.FloatField(allow_null=True)
    rating_count = serializers.IntegerField()


class DeliverySerializer(serializers.Serializer[Any]):
    """One way to deliver and when the parcel arrives if it is ordered now."""

    carrier = serializers.CharField(source="carrier.key")
    name = serializers.CharField(source="carrier.name")
    pick_up = serializers.BooleanField(source="carrier.pick_up")
    price = MoneySerializer()
    window = WindowSerializer()
    area = serializers.SerializerMethodField(help_text="The far region of the postcode; null where it is none.")

    @extend_schema_field({"type": "string", "nullable": True})
    def get_area(self, delivery: Any) -> str | None:
        area = self.context["area"]
        return str(area.name) if area else None
