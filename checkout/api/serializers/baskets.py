"""A basket at today's prices, with everything that changed since it was last taken note of."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.serializers.common import FamilyMixin, GradeField, MoneySerializer, ProblemSerializer, WindowSerializer
from checkout.api.fields import Body, Flag, Id, Text, Whole
from checkout.enums import BasketState, Refusal
from checkout.selectors.baskets import BasketItem
from checkout.services.baskets import MAX_QUANTITY

CHANGES = ("price", "fewer_left", "back_on_sale", "protection_price")


class AddBody(Body):
    """Units of a listing, on top of what is there."""

    listing = Id(help_text="As the read API names it.")
    quantity = Whole(default=1, min_value=1, max_value=MAX_QUANTITY)
    has_protection = Flag(default=False)


class LineBody(Body):
    """What of a line is to change; what is not said stays."""

    quantity = Whole(required=False, min_value=1, max_value=MAX_QUANTITY)
    is_saved = Flag(required=False, help_text="Kept for later instead of bought.")
    has_protection = Flag(required=False)


class SeenBody(Body):
    version = Text(max_length=64, help_text="Of the basket whose changes the shopper has seen.")


class GiftCardBody(Body):
    """A gift card by its code."""

    code = Text(max_length=40, help_text="16 characters, with or without hyphens.")


class CodeBody(Body):
    code = Text(max_length=40, help_text="A promotion code, as it was printed or typed.")


class DeviceMixin(FamilyMixin):
    """What a listing is."""

    listing = serializers.UUIDField(source="listing_public_id", help_text="Names the line in this basket.")
    product = serializers.CharField(source="product_slug")
    name = serializers.CharField(source="product_name")
    variant = serializers.CharField(allow_blank=True)
    grade = GradeField()
    colour_hex = serializers.CharField(allow_blank=True)
    seller = serializers.CharField(source="seller_slug")
    seller_name = serializers.CharField()


class BasketItemSerializer(serializers.Serializer[BasketItem]):
    """A line to be bought: `buyable` of `quantity` units can be had now."""

    device = DeviceMixin(source="quote")
    quantity = serializers.IntegerField(source="line.quantity")
    buyable = serializers.IntegerField()
    price = MoneySerializer(source="quote.price")
    price_was = MoneySerializer(allow_null=True, help_text="What the shopper saw last, if it is another one now.")
    total = MoneySerializer()
    has_protection = serializers.BooleanField(source="line.has_protection")
    protection = MoneySerializer(allow_null=True, help_text="A plan for one unit; null where there is none.")
    protection_was = MoneySerializer(allow_null=True)
    changes = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"type": "string", "enum": list(CHANGES)}})
    def get_changes(self, item: BasketItem) -> list[str]:
        said = (item.price_was is not None, item.is_cut, item.is_back, item.protection_was is not None)
        return [name for name, is_so in zip(CHANGES, said, strict=True) if is_so]


class GoneItemSerializer(serializers.Serializer[Any]):
    """A line that cannot be bought any more; it stays until it is taken out."""

    device = DeviceMixin()
    is_sold_out = serializers.BooleanField(help_text="Or else withdrawn by its seller.")
    is_news = serializers.BooleanField()


class SavedItemSerializer(serializers.Serializer[Any]):
    device = DeviceMixin()
    quantity = serializers.IntegerField(source="line.quantity")
    price = MoneySerializer(allow_null=True, help_text="Null while it cannot be bought.")
    price_then = MoneySerializer(allow_null=True, help_text="When it was saved, if it is another one now.")


class BasketParcelSerializer(serializers.Serializer[Any]):
    """What one seller sends at once."""

    seller = serializers.CharField(source="seller_slug")
    seller_name = serializers.CharField()
    carrier = serializers.CharField(source="chosen.carrier.key")
    carrier_name = serializers.CharField(source="chosen.carrier.name")
    shipping = MoneySerializer(source="chosen.price")
    window = WindowSerializer(source="chosen.window")
    arrival_was = serializers.DateField(
        allow_null=True, help_text="The last day that the shopper was told, if it is another one now."
    )
    items = BasketItemSerializer(many=True)


class TotalsSerializer(serializers.Serializer[Any]):
    """What is to be paid: `total` is the sum of the others, `discount` taken off."""

    goods = MoneySerializer()
    shipping = MoneySerializer()
    service_fee = MoneySerializer()
    protection = MoneySerializer()
    discount = MoneySerializer()
    total = MoneySerializer()


class CodeSerializer(serializers.Serializer[Any]):
    """A promotion code in the basket: what it saves, or why nothing."""

    code = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    saved = MoneySerializer()
    refusal = serializers.ChoiceField(choices=Refusal.choices, allow_null=True)
    refusal_text = serializers.CharField(source="refusal.label", default=None, allow_null=True)
    missing = MoneySerializer(allow_null=True, help_text="What the basket lacks of the code's minimum.")


class GiftCardSerializer(serializers.Serializer[Any]):
    """A gift card in the basket: what it pays, 0 where it cannot or need not."""

    id = serializers.UUIDField(source="card.public_id")
    last4 = serializers.CharField(source="card.last4")
    amount = MoneySerializer()
    rest = MoneySerializer(help_text="What stays on it.")
    is_usable = serializers.BooleanField(source="card.is_usable")


class BasketSerializer(serializers.Serializer[Any]):
    """A basket as the catalogue is now."""

    token = serializers.UUIDField(source="view.basket.token", help_text="Opens this basket: keep it secret.")
    market = serializers.CharField(source="view.basket.market")
    state = serializers.ChoiceField(choices=BasketState.choices, source="view.basket.state")
    version = serializers.CharField(help_text="Of what is said here; see `/checkout/basket/changes/`.")
    is_changed = serializers.BooleanField(source="view.is_changed", help_text="Then nothing can be ordered yet.")
    count = serializers.IntegerField(source="view.count")
    parcels = BasketParcelSerializer(many=True, source="view.parcels")
    gone = GoneItemSerializer(many=True, source="view.gone")
    saved = SavedItemSerializer(many=True, source="view.saved")
    codes = CodeSerializer(many=True, source="view.codes")
    totals = TotalsSerializer(source="view.totals")
    gift_cards = GiftCardSerializer(many=True, source="view.tenders.cards")
    due = MoneySerializer(source="view.tenders.due", help_text="What is left to be paid by card.")


class BasketProblemSerializer(ProblemSerializer):
    """A refusal because of what the basket holds; `basket` is how it is now."""

    basket = BasketSerializer(required=False)


class ShareSerializer(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="A page of the shop with what is to be bought, for whoever has the link.")
    expires_at = serializers.DateTimeField()


class PointSerializer(serializers.Serializer[Any]):
    """A shop, counter or locker where a parcel waits."""

    key = serializers.CharField()
    name = serializers.CharField()
    street = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField()


class WaySerializer(serializers.Serializer[Any]):
    carrier = serializers.CharField(source="choice.carrier.key")
    carrier_name = serializers.CharField(source="choice.carrier.name")
    price = MoneySerializer(source="choice.price")
    window = WindowSerializer(source="choice.window")
    is_served = serializers.BooleanField(source="serves", help_text="Whether it goes to the postcode.")
    is_express = serializers.BooleanField(source="choice.carrier.is_express")
    is_picked_up = serializers.BooleanField(source="choice.carrier.pick_up", help_text="Then name one of the points.")
    pickup_points = PointSerializer(many=True, source="points", help_text="The nearest first.")


class ParcelWaysSerializer(serializers.Serializer[Any]):
    """How one seller's parcel can travel."""

    seller = serializers.CharField(source="parcel.seller_slug")
    seller_name = serializers.CharField(source="parcel.seller_name")
    order_before = serializers.DateTimeField(source="cut_off", help_text="For these days of arrival.")
    ways = WaySerializer(many=True)


class BasketDeliverySerializer(serializers.Serializer[Any]):
    postcode = serializers.CharField()
    parcels = ParcelWaysSerializer(many=True)
