"""Products, their versions and offers."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.models import Offer, ProductModel, Sku
from catalog.rules.attributes import LABELLED, value_text, variant_text
from catalog.rules.footprint import water_saved_litres
from catalog.selectors.pages.cards import launch_price
from catalog.selectors.pages.compare import Compared
from catalog.selectors.pages.product import ProductPage, sold_in
from catalog.web.facts import repairability, spec_rows
from catalog.web.promises import battery_promise, savings_of

from .cards import CardSerializer
from .common import ColourSerializer, FamilyMixin, GradeField, LinkedMixin, MoneySerializer
from .places import BrandSerializer, CategoryStepSerializer, SellerSerializer
from .promises import BatterySerializer, SavingSerializer
from .reviews import RatingSerializer, ReviewSerializer
from .versions import (
    ContestSerializer,
    DealSerializer,
    MatrixSerializer,
    NearestSerializer,
    PickerSerializer,
    PricePointSerializer,
)


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


class SpecSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()


class RepairabilitySerializer(serializers.Serializer[Any]):
    """A published index of how well a device can be repaired."""

    score = serializers.FloatField()
    scale = serializers.IntegerField(help_text="The best score that there is.")
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the answer


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
    water_saved_litres = serializers.SerializerMethodField(help_text="An estimate; null where none was published.")
    specs = serializers.SerializerMethodField()

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_water_saved_litres(self, product: ProductModel) -> int | None:
        return water_saved_litres(product.family)

    @extend_schema_field(SpecSerializer(many=True))
    def get_specs(self, product: ProductModel) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = []
        for spec in product.specs:
            rows += [{"key": spec["key"], "name": name, "text": text} for name, text in spec_rows([spec])]
        return rows


class ProductPageSerializer(serializers.Serializer[ProductPage]):
    """Everything that the product page shows of the version that was asked for."""

    product = ProductSerializer()
    trail = serializers.SerializerMethodField(help_text="The categories it stands in, from the top.")
    sku = SkuSerializer()
    grade = GradeField()
    variant = serializers.CharField(allow_blank=True)
    is_as_wished = serializers.BooleanField(help_text="False: another version is shown than the one asked for.")
    is_sold_here = serializers.BooleanField(help_text="False: nothing of this product is in stock in this market.")
    is_version_here = serializers.BooleanField(help_text="False: this market never had this version.")
    sold_in = serializers.SerializerMethodField(help_text="Markets where the product can be bought now.")
    deal = DealSerializer(allow_null=True, help_text="Null: this version is sold out.")
    nearest = NearestSerializer(allow_null=True, help_text="Where this version is sold out: the nearest in stock.")
    low = MoneySerializer(allow_null=True)
    high = MoneySerializer(allow_null=True)
    offer_count = serializers.IntegerField()
    picker = PickerSerializer()
    matrix = MatrixSerializer()
    contest = ContestSerializer(allow_null=True)
    price_history = PricePointSerializer(source="deal.points", many=True, default=list)
    savings = serializers.SerializerMethodField(help_text="CO₂, e-waste and water, as far as figures were published.")
    battery = serializers.SerializerMethodField(help_text="What is promised of the battery; null where none is known.")
    repairability = serializers.SerializerMethodField(help_text="Null where no index was published.")
    reviews = RatingSerializer()
    latest_reviews = ReviewSerializer(source="reviews.latest", many=True, help_text="The most helpful with words.")
    question_count = serializers.IntegerField(help_text="Questions that can be read.")
    bought_with = serializers.SerializerMethodField(help_text="What is often bought with it and in stock.")
    alternatives = serializers.SerializerMethodField(help_text="What is alike and in stock, where this is sold out.")

    @extend_schema_field(CategoryStepSerializer(many=True))
    def get_trail(self, page: ProductPage) -> Any:
        category = page.product.category
        steps = [step for step in (category.parent, category) if step is not None]
        return CategoryStepSerializer(steps, many=True).data

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_sold_in(self, page: ProductPage) -> list[str]:
        return sorted(sold_in(page.product))

    @extend_schema_field(SavingSerializer(many=True))
    def get_savings(self, page: ProductPage) -> Any:
        return SavingSerializer(savings_of(page.product), many=True).data

    @extend_schema_field(BatterySerializer(allow_null=True))
    def get_battery(self, page: ProductPage) -> Any:
        promise = battery_promise(page.product.specs)
        return BatterySerializer(promise).data if promise else None

    @extend_schema_field(RepairabilitySerializer(allow_null=True))
    def get_repairability(self, page: ProductPage) -> Any:
        index = repairability(page.product.specs)
        return RepairabilitySerializer(index).data if index else None

    @extend_schema_field(CardSerializer(many=True))
    def get_bought_with(self, page: ProductPage) -> Any:
        return CardSerializer(self.context["bought_with"], many=True).data

    @extend_schema_field(CardSerializer(many=True))
    def get_alternatives(self, page: ProductPage) -> Any:
        return CardSerializer(self.context["alternatives"], many=True).data


class RelatedSerializer(serializers.Serializer[Any]):
    """What stands beside a product; only what can be bought in the market."""

    bought_with = CardSerializer(many=True, help_text="What is often bought with it, the best first.")
    similar = CardSerializer(many=True, help_text="What is most like it, else the most wanted of its category.")


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
