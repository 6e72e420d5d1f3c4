"""The versions of a product: what can be chosen, what each costs, and why the shown offer won."""

from typing import Any
from urllib.parse import parse_qs

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.selectors.pages.matrix import Cell, Version
from catalog.selectors.pages.picker import Choice
from catalog.selectors.pages.product import Nearest

from .common import ColourSerializer, GradeField, MoneySerializer, WindowSerializer
from .places import SellerSerializer


def _asked(query: str, name: str) -> str:
    """Read a parameter of the address of a version."""
    return parse_qs(query.lstrip("?"))[name][0]


class ChoiceSerializer(serializers.Serializer[Choice]):
    """A value to choose, and which version it leads to."""

    value = serializers.CharField()
    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of the answer
    sku = serializers.SerializerMethodField()
    grade = serializers.SerializerMethodField()
    price = MoneySerializer(allow_null=True, help_text="Null: sold out.")
    is_chosen = serializers.BooleanField()
    detour = serializers.CharField(allow_blank=True, help_text="What else changes, because nobody has just this.")
    hex = serializers.CharField(allow_blank=True)

    def get_label(self, choice: Choice) -> str:
        return choice.label or str(dict(GradeField().choices).get(choice.value, choice.value))

    @extend_schema_field({"type": "string", "format": "uuid"})
    def get_sku(self, choice: Choice) -> str:
        return _asked(choice.query, "sku")

    @extend_schema_field(GradeField())
    def get_grade(self, choice: Choice) -> str:
        return _asked(choice.query, "grade")


class DimensionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    chosen_label = serializers.CharField(allow_blank=True)
    choices = ChoiceSerializer(many=True)


class PickerSerializer(serializers.Serializer[Any]):
    """What can be chosen around the chosen version, as the product page shows it."""

    dimensions = DimensionSerializer(many=True)
    grades = ChoiceSerializer(many=True)


class CellSerializer(serializers.Serializer[Cell]):
    """One version in one grade."""

    grade = GradeField()
    price = MoneySerializer(allow_null=True, help_text="Null: nobody has it now.")
    is_chosen = serializers.BooleanField()
    is_lowest = serializers.BooleanField(help_text="Nothing of the product costs less.")


class VersionSerializer(serializers.Serializer[Version]):
    """One SKU with its price in every grade."""

    sku = serializers.UUIDField(source="sku_public_id")
    colour = serializers.SerializerMethodField()
    cells = CellSerializer(many=True)

    @extend_schema_field(ColourSerializer())
    def get_colour(self, version: Version) -> dict[str, str]:
        return {"name": version.colour_name, "hex": version.hex}


class VersionGroupSerializer(serializers.Serializer[Any]):
    """Versions that differ by colour only; `label` is what they have in common."""

    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field of the answer
    versions = VersionSerializer(many=True)


class MatrixSerializer(serializers.Serializer[Any]):
    """Every version that was ever offered here and what it costs in each grade, the best grade first."""

    groups = VersionGroupSerializer(many=True)
    version_count = serializers.IntegerField()
    offer_count = serializers.IntegerField(help_text="Versions and grades in stock.")


class NearestSerializer(serializers.Serializer[Nearest]):
    """The version in stock that comes closest to one that is sold out."""

    sku = serializers.SerializerMethodField()
    variant = serializers.CharField(allow_blank=True)
    grade = GradeField()
    price = MoneySerializer()

    @extend_schema_field({"type": "string", "format": "uuid"})
    def get_sku(self, nearest: Nearest) -> str:
        return _asked(nearest.query, "sku")


class PricePointSerializer(serializers.Serializer[Any]):
    price_minor = serializers.IntegerField()
    from_at = serializers.DateTimeField()


class ContenderSerializer(serializers.Serializer[Any]):
    """One candidate of the election: price and delivery less the bonus for quality are its score, the lowest wins."""

    seller = SellerSerializer()
    listing = serializers.UUIDField(source="listing_public_id")
    price = MoneySerializer()
    delivery = MoneySerializer()
    bonus = MoneySerializer()
    score = MoneySerializer()
    days = serializers.IntegerField()
    available = serializers.IntegerField()
    warranty_months = serializers.IntegerField()
    is_winner = serializers.BooleanField()
    lost_by = MoneySerializer(help_text="How much more it counts as than the winner.")
    costs_more = MoneySerializer(allow_null=True, help_text="Than the winner.")
    costs_less = MoneySerializer(allow_null=True, help_text="Than the winner, and lost for its record.")
    verdict = serializers.CharField(help_text="Why it won or lost, in one sentence.")


class ContestSerializer(serializers.Serializer[Any]):
    """Why this offer is shown: the best candidates, the winner first; `count` is how many took part."""

    count = serializers.IntegerField()
    contenders = ContenderSerializer(many=True)


class DealSerializer(serializers.Serializer[Any]):
    """The chosen version as it is sold."""

    listing = serializers.UUIDField(source="offer.listing.public_id")
    seller = SellerSerializer(source="offer.seller")
    price = MoneySerializer()
    new_price = MoneySerializer(allow_null=True)
    saving = MoneySerializer(allow_null=True)
    saving_percent = serializers.IntegerField(source="percent", help_text="Of the price at launch.")
    lowest_in_30_days = MoneySerializer(
        source="low_before",
        allow_null=True,
        help_text="Before the reduction; null while the price is not a reduced one.",
    )
    available = serializers.IntegerField(source="offer.listing.available", help_text="How many this seller has.")
    warranty_months = serializers.IntegerField(source="offer.listing.warranty_months")
    handling_hours = serializers.IntegerField(source="offer.handling_hours")
    carrier = serializers.CharField(source="carrier_name")
    delivery = WindowSerializer(source="window")
    express_delivery = WindowSerializer(source="express_window")
    express_carrier = serializers.CharField(source="express_name")
    express_price = MoneySerializer()
