"""Pages of products: how the words were understood, and what can be filtered by."""

from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backmarket.core.money import Money
from backmarket.markets.indexing import public_url
from catalog.selectors.pages.facets import Facets, PriceBar, label_of
from catalog.selectors.pages.ways_out import WayOut
from catalog.selectors.suggestions import PlaceHint, ProductHint

from .common import FamilyMixin, MoneySerializer

PRICES = ("price_min_minor", "price_max_minor")


class FacetOptionSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="To be sent as the parameter named like the facet.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
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
    is_inside = serializers.BooleanField(help_text="Within the prices that were asked for.")


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


class WayOutSerializer(serializers.Serializer[Any]):
    """A filter that stands alone in the way, the one that hides most first."""

    parameters = serializers.SerializerMethodField(help_text="To be left out.")
    text = serializers.SerializerMethodField(help_text="What was chosen with them.")
    total = serializers.IntegerField(source="hits.total", help_text="Products that are there without it.")

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_parameters(self, way: WayOut) -> list[str]:
        return list(PRICES) if way.facet == "price" else [way.facet]

    def get_text(self, way: WayOut) -> str:
        if way.facet == "price":
            return _("Price")
        return ", ".join(label_of(way.facet, value) or value for value in self.context["chosen"][way.facet])


class ChipSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="What the words named: brand, model, storage, memory, colour, category…")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
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


class SearchHintSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    is_popular = serializers.BooleanField(help_text="Others searched it.")


class HintSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    page_url = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page_url(self, hint: Any) -> str:
        return public_url(hint.url)


class PlaceHintSerializer(HintSerializer):
    """A place of the shop."""

    kind = serializers.SerializerMethodField()
    key = serializers.SerializerMethodField(help_text="Key of a category, slug of a brand.")
    family = serializers.CharField(allow_blank=True, help_text="Which drawing shows a category.")

    @extend_schema_field({"type": "string", "enum": ["category", "brand"]})
    def get_kind(self, hint: PlaceHint) -> str:
        return str(resolve(urlsplit(hint.url).path).url_name)

    def get_key(self, hint: PlaceHint) -> str:
        return str(next(iter(resolve(urlsplit(hint.url).path).kwargs.values())))


class ProductHintSerializer(HintSerializer, FamilyMixin):
    """A device on sale with its lowest price."""

    slug = serializers.SerializerMethodField()
    colour_hex = serializers.CharField(allow_blank=True)
    price = MoneySerializer()

    def get_slug(self, hint: ProductHint) -> str:
        return str(resolve(urlsplit(hint.url).path).kwargs["slug"])


class SuggestionsSerializer(serializers.Serializer[Any]):
    """What somebody who typed this may mean; for nothing typed, what others search and where to begin."""

    searches = SearchHintSerializer(many=True)
    products = ProductHintSerializer(many=True)
    places = PlaceHintSerializer(many=True)
    words = serializers.ListField(child=serializers.CharField(), help_text="What was understood, to be marked.")
