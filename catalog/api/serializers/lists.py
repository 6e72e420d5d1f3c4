"""Pages of products: how the words were understood, and what can be filtered by."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backmarket.core.money import Money
from catalog.selectors.pages.facets import Facets, PriceBar

from .common import MoneySerializer


class FacetOptionSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="To be sent as the parameter named like the facet.")
    label = serializers.CharField()
    count = serializers.IntegerField(help_text="Products that choosing it leaves; offers with `model`.")
    is_chosen = serializers.BooleanField()
    hex = serializers.CharField(allow_blank=True)


class FacetSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Name of the parameter.")
    title = serializers.CharField()
    is_single = serializers.BooleanField(help_text="Only one value says anything.")
    options = FacetOptionSerializer(many=True)


class PriceBarSerializer(serializers.Serializer[PriceBar]):
    """A bucket of prices; the last one has no upper end."""

    from_minor = serializers.IntegerField()
    to_minor = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[Facets]):
    """What can be chosen, each choice with what it leaves; a facet's own choice does not lower its siblings."""

    groups = FacetSerializer(many=True)
    histogram = PriceBarSerializer(many=True)
    low = serializers.SerializerMethodField(help_text="The lowest price that the other filters leave.")
    high = serializers.SerializerMethodField(help_text="The highest price that the other filters leave.")

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_low(self, facets: Facets) -> Any:
        return self._money(facets.low_minor)

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_high(self, facets: Facets) -> Any:
        return self._money(facets.high_minor)

    def _money(self, amount_minor: int | None) -> Any:
        if amount_minor is None:
            return None
        return MoneySerializer(Money(amount_minor, self.context["currency"])).data


class ChipSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="What the words named: brand, model, storage, memory, colour, category…")
    label = serializers.CharField()
    without = serializers.CharField(allow_blank=True, help_text="The search less these words.")


class KnownProductSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    slug = serializers.CharField()


class UnderstoodSerializer(serializers.Serializer[Any]):
    """How the words of a search were read."""

    mended = serializers.CharField(allow_blank=True, help_text="The search as it was read, if its spelling was wrong.")
    chips = ChipSerializer(many=True)
    ignored = serializers.ListField(child=serializers.CharField(), help_text="Words that were left out.")
    unavailable = KnownProductSerializer(many=True, help_text="What is meant and sold out here.")
    is_partial = serializers.BooleanField(help_text="No product has all the words: these have some.")
    is_found = serializers.BooleanField(help_text="False: nothing near exists; `items` is what most people want.")
