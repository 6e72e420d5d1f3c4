"""Markets, categories, brands and sellers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backmarket.markets.postcodes import example_of
from backmarket.markets.registry import Market
from catalog.enums import Grade, SellerLevel, TaxScheme
from catalog.models import Seller
from catalog.rules.guides import Piece
from catalog.selectors.pages.category import CategoryPage

from .common import FamilyMixin, LinkedMixin, MoneySerializer

TARGETS = {"c": "category", "b": "brand", "p": "product"}


class CarrierSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    price_minor = serializers.IntegerField(help_text="In minor units of the market's currency.")
    days = serializers.IntegerField(help_text="Working days from hand-over, within the country.")
    cross_border_days = serializers.IntegerField(help_text="Working days from hand-over in another country.")
    pick_up = serializers.BooleanField(help_text="The shopper fetches the parcel.")


class MarketSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField(), help_text="The first one is the default.")
    locales = serializers.ListField(child=serializers.CharField(), help_text="First part of the shop's addresses.")
    prices_include_tax = serializers.BooleanField()
    time_zone = serializers.SerializerMethodField()
    postcode_example = serializers.SerializerMethodField(help_text="What a postcode looks like.")
    carriers = CarrierSerializer(many=True)

    def get_postcode_example(self, market: Market) -> str:
        return example_of(market.code)

    def get_time_zone(self, market: Market) -> str:
        return market.time_zone.key


class CategorySerializer(FamilyMixin, LinkedMixin):
    key = serializers.CharField()
    name = serializers.CharField()
    parent = serializers.SerializerMethodField(  # type: ignore[assignment]  # a field of the answer
        help_text="Key of the category above; null at the top."
    )

    @extend_schema_field({"type": "string", "nullable": True})
    def get_parent(self, category: Any) -> str | None:
        keys: dict[int, str] = self.context["keys"]
        return keys.get(category.parent_id)


class CategoryStepSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()


class TargetSerializer(serializers.Serializer[Any]):
    """Where a piece of a guide leads; `key` is empty for the deals and for what a grade means."""

    kind = serializers.ChoiceField(choices=["category", "brand", "product", "deals", "grade"])
    key = serializers.CharField(allow_blank=True)


class PieceSerializer(serializers.Serializer[Piece]):
    """A stretch of text."""

    text = serializers.SerializerMethodField()
    is_strong = serializers.BooleanField()
    target = serializers.SerializerMethodField(help_text="Null where it leads nowhere.")

    def get_text(self, piece: Piece) -> str:
        return str(dict(Grade.choices).get(piece.text, piece.text)) if piece.target == "grade" else piece.text

    @extend_schema_field(TargetSerializer(allow_null=True))
    def get_target(self, piece: Piece) -> dict[str, str] | None:
        kind, _colon, key = piece.target.partition(":")
        return {"kind": TARGETS.get(kind, kind), "key": key} if kind else None


class BlockSerializer(serializers.Serializer[Any]):
    """A paragraph of one line, or a list of several."""

    is_list = serializers.BooleanField()
    lines = serializers.ListField(child=PieceSerializer(many=True))


class SectionSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    blocks = BlockSerializer(many=True)


class CategoryPageSerializer(serializers.Serializer[CategoryPage]):
    """A category with its guide, what stands above it (from the top) and what stands below it."""

    key = serializers.CharField(source="category.key")
    name = serializers.CharField(source="category.name")
    family = serializers.CharField(source="category.family")
    guide = serializers.CharField(source="category.guide_text", allow_blank=True)
    guide_sections = SectionSerializer(source="guide.sections", many=True)
    page_url = serializers.SerializerMethodField()
    trail = CategoryStepSerializer(many=True)
    children = CategoryStepSerializer(many=True)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page_url(self, page: CategoryPage) -> str:
        return LinkedMixin().get_page_url(page.category)


class BrandSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class BrandEntrySerializer(BrandSerializer):
    product_count = serializers.IntegerField(help_text="Products in stock.")
    low = MoneySerializer(help_text="The lowest price.")


class BrandPageSerializer(BrandSerializer, LinkedMixin):
    """A brand with the categories in which it has products."""

    categories = serializers.SerializerMethodField()

    @extend_schema_field(CategoryStepSerializer(many=True))
    def get_categories(self, brand: Any) -> Any:
        return CategoryStepSerializer(self.context["categories"], many=True).data


class SellerSerializer(serializers.Serializer[Seller]):
    """A seller in short."""

    id = serializers.UUIDField(source="public_id")
    slug = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField()
    rating = serializers.FloatField(allow_null=True, help_text="Mean of published ratings, 1 to 5.")
    rating_count = serializers.IntegerField()
    level = serializers.ChoiceField(choices=SellerLevel.choices, help_text="Quality over 90 days.")
    level_name = serializers.CharField(source="get_level_display")
    city = serializers.CharField()
    selling_since = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "date"})
    def get_selling_since(self, seller: Seller) -> str:
        return seller.created_at.date().isoformat()


class SellerPageSerializer(SellerSerializer, LinkedMixin):
    """Who one buys from, as the law wants it known."""

    legal_name = serializers.CharField()
    legal_form = serializers.CharField(allow_blank=True)
    street = serializers.CharField()
    postcode = serializers.CharField()
    register_number = serializers.CharField(allow_blank=True)
    vat_number = serializers.CharField(allow_blank=True)
    handling_hours = serializers.IntegerField()
    tax_scheme = serializers.ChoiceField(choices=TaxScheme.choices, help_text="`margin`: invoices show no VAT apart.")
    is_active = serializers.BooleanField(help_text="False: sells nothing now, orders and warranties go on.")
    sold_in = serializers.SerializerMethodField(help_text="Markets that this seller sells in.")

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_sold_in(self, seller: Seller) -> list[str]:
        return list(seller.markets) if seller.is_active else []
