"""Products, their versions and offers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backmarket.core.money import Money
from backmarket.markets.indexing import public_url
from backmarket.markets.registry import MARKETS
from catalog.models import Offer, ProductModel, Sku
from catalog.rules.attributes import LABELLED, value_text, variant_text
from catalog.selectors.pages.cards import ProductCard, launch_price
from catalog.selectors.pages.compare import Compared
from catalog.selectors.pages.picker import Choice
from catalog.selectors.pages.product import ProductPage
from catalog.web.facts import spec_rows

from .common import ColourSerializer, FamilyMixin, GradeField, LinkedMixin, MoneySerializer, WindowSerializer
from .places import BrandSerializer, CategoryStepSerializer, SellerSerializer


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
    page_url = serializers.SerializerMethodField(help_text="The product's page in the shop.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page_url(self, card: ProductCard) -> str:
        return public_url(reverse("catalog:product", args=[card.slug]))


class AttributeSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    value = serializers.CharField()
    text = serializers.CharField(help_text="The value as people read it.")


class SkuSerializer(serializers.Serializer[Sku]):
    """One exact specification; several sellers may offer it."""

    id = serializers.UUIDField(source="public_id")
    variant = serializers.SerializerMethodField()
    attributes = serializers.SerializerMethodField()
    colour = serializers.SerializerMethodField()
    new_price = serializers.SerializerMethodField()

    def get_variant(self, sku: Sku) -> str:
        return variant_text(sku.attributes, sku.colour_name)

    @extend_schema_field(AttributeSerializer(many=True))
    def get_attributes(self, sku: Sku) -> list[dict[str, str]]:
        found: Mapping[str, Any] = sku.attributes
        return [
            {"key": key, "value": str(found[key]), "text": value_text(key, found[key])}
            for key in LABELLED
            if key in found
        ]

    @extend_schema_field(ColourSerializer())
    def get_colour(self, sku: Sku) -> dict[str, str]:
        return {"name": sku.colour_name, "hex": sku.colour_hex}

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_new_price(self, sku: Sku) -> Any:
        price = launch_price(sku.new_price_minor, MARKETS[self.context["market"]].currency)
        return MoneySerializer(price).data if price else None


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
        return parse_qs(choice.query.lstrip("?"))["sku"][0]

    @extend_schema_field(GradeField())
    def get_grade(self, choice: Choice) -> str:
        return parse_qs(choice.query.lstrip("?"))["grade"][0]


class DimensionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    choices = ChoiceSerializer(many=True)


class PickerSerializer(serializers.Serializer[Any]):
    """What can be chosen around the chosen version, as the product page shows it."""

    dimensions = DimensionSerializer(many=True)
    grades = ChoiceSerializer(many=True)


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
    lost_by = MoneySerializer()


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
    lowest_in_30_days = MoneySerializer(
        source="low_before",
        allow_null=True,
        help_text="Before the reduction; null while the price is not a reduced one.",
    )
    warranty_months = serializers.IntegerField(source="offer.listing.warranty_months")
    delivery = WindowSerializer(source="window")
    express_delivery = WindowSerializer(source="express_window")
    express_price = MoneySerializer()


class StarsSerializer(serializers.Serializer[Any]):
    stars = serializers.IntegerField()
    count = serializers.IntegerField()
    percent = serializers.IntegerField()


class RatingSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    spread = StarsSerializer(many=True)


class SpecSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()


class ProductSerializer(FamilyMixin, LinkedMixin):
    """A model as its maker sold it."""

    id = serializers.UUIDField(source="public_id")
    slug = serializers.CharField()
    name = serializers.CharField(source="full_name")
    brand = BrandSerializer()
    category = CategoryStepSerializer()
    description = serializers.CharField(allow_blank=True)
    launch_year = serializers.IntegerField(allow_null=True)
    launch_month = serializers.IntegerField(allow_null=True)
    co2_saved_g = serializers.IntegerField(allow_null=True)
    ewaste_saved_g = serializers.IntegerField(allow_null=True)
    specs = serializers.SerializerMethodField()

    @extend_schema_field(SpecSerializer(many=True))
    def get_specs(self, product: ProductModel) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = []
        for spec in product.specs:
            rows += [{"key": spec["key"], "name": name, "text": text} for name, text in spec_rows([spec])]
        return rows


class ProductPageSerializer(serializers.Serializer[ProductPage]):
    """Everything that the product page shows of the version that was asked for."""

    product = ProductSerializer()
    sku = SkuSerializer()
    grade = GradeField()
    variant = serializers.CharField(allow_blank=True)
    is_as_wished = serializers.BooleanField(help_text="False: another version is shown than the one asked for.")
    is_sold_here = serializers.BooleanField(help_text="False: nothing of this product is in stock in this market.")
    deal = DealSerializer(allow_null=True, help_text="Null: this version is sold out.")
    low = MoneySerializer(allow_null=True)
    high = MoneySerializer(allow_null=True)
    offer_count = serializers.IntegerField()
    picker = PickerSerializer()
    contest = ContestSerializer(allow_null=True)
    price_history = PricePointSerializer(source="deal.points", many=True, default=list)
    reviews = RatingSerializer()
    alternatives = serializers.SerializerMethodField(help_text="What is alike and in stock, where this is sold out.")

    @extend_schema_field(CardSerializer(many=True))
    def get_alternatives(self, page: ProductPage) -> Any:
        return CardSerializer(self.context["alternatives"], many=True).data


class OfferSerializer(serializers.Serializer[Offer]):
    """What shoppers can buy: the winner of the buy box for one version."""

    sku = serializers.UUIDField(source="sku.public_id")
    variant = serializers.SerializerMethodField()
    grade = GradeField()
    price = serializers.SerializerMethodField()
    seller = SellerSerializer()
    listing = serializers.UUIDField(source="listing.public_id")
    handling_hours = serializers.IntegerField()
    warranty_months = serializers.IntegerField(source="listing.warranty_months")
    reason = serializers.CharField(help_text="Why it is shown: only_offer or best_score.")
    candidate_count = serializers.SerializerMethodField(help_text="How many sellers competed.")

    def get_variant(self, offer: Offer) -> str:
        return variant_text(offer.sku.attributes, offer.sku.colour_name)

    @extend_schema_field(MoneySerializer())
    def get_price(self, offer: Offer) -> Any:
        return MoneySerializer(Money(offer.price_minor, offer.currency)).data

    def get_candidate_count(self, offer: Offer) -> int:
        return len(offer.inputs)


class GradePriceSerializer(serializers.Serializer[Any]):
    grade = GradeField()
    price = MoneySerializer(help_text="The lowest of this grade.")


class ComparedSerializer(serializers.Serializer[Any]):
    """One column of a comparison: a product with its cheapest offer."""

    product = ProductSerializer()
    sku = serializers.UUIDField(source="offer.sku.public_id", allow_null=True, default=None)
    grade = serializers.CharField(source="offer.grade", allow_null=True, default=None)
    price = MoneySerializer(allow_null=True, help_text="Null: sold out in this market.")
    new_price = MoneySerializer(allow_null=True)
    saving = MoneySerializer(allow_null=True)
    grades = serializers.SerializerMethodField()
    storages_gb = serializers.ListField(source="storages", child=serializers.IntegerField())
    swatches = ColourSerializer(many=True)
    rating = serializers.FloatField(allow_null=True)
    rating_count = serializers.IntegerField()

    @extend_schema_field(GradePriceSerializer(many=True))
    def get_grades(self, column: Compared) -> Any:
        rows = [{"grade": grade, "price": price} for grade, price in column.grades.items()]
        return GradePriceSerializer(rows, many=True).data
