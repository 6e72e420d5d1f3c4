"""What an order takes and what it answers."""

from typing import Any

from rest_framework import serializers

from backmarket.markets.registry import MARKETS
from catalog.api.serializers.common import GradeField, MoneySerializer
from checkout.api.fields import Body, Text, Whole
from checkout.enums import LineState, OrderState, ParcelCode, ParcelState
from checkout.selectors.orders import CANCELLABLE
from checkout.services.baskets import MAX_LINES
from checkout.web.forms import MAX_NOTE
from payments.enums import PaymentMethod

from .baskets import TotalsSerializer

CURRENCIES = sorted({market.currency for market in MARKETS.values()})


class ContactBody(Body):
    email = Text(max_length=254)
    phone = Text(max_length=32, help_text="As people of the country write it, or with its prefix.")


class AddressBody(Body):
    """As the market's country writes addresses; what it does not know is left out."""

    first_name = Text(max_length=80)
    last_name = Text(max_length=80)
    street = Text(max_length=160, help_text="With the number, where the country has no field of its own for it.")
    house_number = Text(max_length=15, required=False, allow_blank=True)
    street2 = Text(max_length=160, required=False, allow_blank=True)
    postcode = Text(max_length=16, required=False, allow_blank=True)
    city = Text(max_length=80)
    region = Text(max_length=40, required=False, allow_blank=True, help_text="State, province or county, by its code.")


class CompanyBody(Body):
    name = Text(max_length=120)
    vat_number = Text(max_length=30, required=False, allow_blank=True)


class ParcelBody(Body):
    """How one seller's parcel travels."""

    seller = Text(max_length=120)
    carrier = Text(max_length=30)
    pickup_point = Text(max_length=40, required=False, help_text="Its key, where the carrier brings it to one.")


class TotalBody(Body):
    amount_minor = Whole(min_value=0, max_value=10**12)
    currency = serializers.ChoiceField(choices=CURRENCIES)


class OrderBody(Body):
    """All that an order needs to know."""

    contact = ContactBody()
    address = AddressBody()
    company = CompanyBody(required=False, allow_null=True)
    gift_note = Text(max_length=MAX_NOTE, required=False, allow_blank=True, trim_whitespace=False)
    wants_texts = serializers.BooleanField(
        required=False, default=False, help_text="Whether the shopper asked for texts about the delivery."
    )
    parcels = serializers.ListField(
        child=ParcelBody(),
        required=False,
        max_length=MAX_LINES,
        help_text="A seller that is not named sends by the market's first carrier.",
    )
    payment_method = serializers.ChoiceField(
        choices=PaymentMethod.values,
        required=False,
        default=PaymentMethod.CARD,
        help_text="What is not offered in the market or for the amount is refused.",
    )
    expected_total = TotalBody(help_text="The total that the shopper was shown; another one is refused.")
    expected_due = TotalBody(
        required=False,
        help_text="What the shopper was shown as left to pay by card after gift cards; another one is refused.",
    )


class PayBody(Body):
    """How to pay this time; an empty object, or no body at all, is by card."""

    payment_method = serializers.ChoiceField(choices=PaymentMethod.values, required=False, default=PaymentMethod.CARD)


class NothingBody(Body):
    """An empty object, or no body at all."""


class ScanSerializer(serializers.Serializer[Any]):
    """One scan of the carrier; `at` is its own instant."""

    code = serializers.ChoiceField(choices=ParcelCode.choices)
    code_text = serializers.CharField(source="get_code_display")
    at = serializers.DateTimeField(source="scanned_at")
    place = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)


class ParcelSerializer(serializers.Serializer[Any]):
    """Where the parcel of a line is; lines with the same `id` travel together."""

    id = serializers.UUIDField(source="public_id")
    carrier = serializers.CharField()
    carrier_name = serializers.CharField()
    state = serializers.ChoiceField(choices=ParcelState.choices)
    state_text = serializers.CharField(source="get_state_display")
    shipped_at = serializers.DateTimeField()
    expected_date = serializers.DateField(allow_null=True)
    late_at = serializers.DateTimeField(allow_null=True, help_text="When it was noticed to be later than promised.")
    scans = ScanSerializer(source="events.all", many=True, help_text="Oldest first.")


class OrderLineSerializer(serializers.Serializer[Any]):
    """One device, or several units of an accessory."""

    id = serializers.UUIDField(source="public_id")
    listing = serializers.UUIDField(source="listing.public_id")
    name = serializers.CharField(source="title")
    variant = serializers.CharField(allow_blank=True)
    grade = GradeField()
    family = serializers.CharField()
    seller = serializers.CharField(source="seller.slug")
    seller_name = serializers.CharField(source="seller.name")
    quantity = serializers.IntegerField()
    state = serializers.ChoiceField(choices=LineState.choices)
    state_text = serializers.CharField(source="get_state_display")
    can_cancel = serializers.SerializerMethodField()
    price = MoneySerializer()
    shipping = MoneySerializer()
    service_fee = MoneySerializer()
    protection = MoneySerializer()
    discount = MoneySerializer()
    total = MoneySerializer()
    warranty_months = serializers.IntegerField()
    carrier = serializers.CharField()
    pickup_address = serializers.CharField(allow_blank=True)
    earliest_delivery_date = serializers.DateField()
    latest_delivery_date = serializers.DateField()
    tracking_number = serializers.CharField(source="parcel.tracking_number", default="", allow_blank=True)
    tracking_url = serializers.CharField(source="parcel.tracking_url", default="", allow_blank=True)
    parcel = ParcelSerializer(allow_null=True, help_text="Null until it is sent.")

    def get_can_cancel(self, line: Any) -> bool:
        return bool(line.state in CANCELLABLE)


class PaymentSerializer(serializers.Serializer[Any]):
    """`redirect_url` is where the shopper pays; empty while the provider has not answered: ask again."""

    state = serializers.CharField()
    redirect_url = serializers.CharField(allow_blank=True)


class DeliveryAddressSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(source="full_name")
    company = serializers.CharField(allow_blank=True)
    lines = serializers.ListField(
        source="address_lines", child=serializers.CharField(), help_text="In the order of the country's post."
    )
    country = serializers.CharField()
    phone = serializers.CharField(source="phone_text")


class OrderSerializer(serializers.Serializer[Any]):
    """An order with its lines; `key` opens it again."""

    id = serializers.UUIDField(source="order.public_id")
    number = serializers.CharField(source="order.number_text")
    key = serializers.CharField(help_text="The bearer's key of this order for 90 days: keep it secret.")
    market = serializers.CharField(source="order.market")
    state = serializers.ChoiceField(choices=OrderState.choices, source="order.state")
    state_text = serializers.CharField(source="order.get_state_display")
    placed_at = serializers.DateTimeField(source="order.placed_at")
    pay_until = serializers.DateTimeField(source="order.reservation_expires_at")
    email = serializers.CharField(source="order.email")
    gift_note = serializers.CharField(source="order.gift_note", allow_blank=True)
    wants_texts = serializers.BooleanField(source="order.wants_texts")
    address = DeliveryAddressSerializer(source="order")
    totals = TotalsSerializer()
    credit = MoneySerializer(help_text="What of the total gift cards pay.")
    due = MoneySerializer(source="order.due", help_text="What is to be paid by card, or was.")
    lines = OrderLineSerializer(many=True)
    payment = PaymentSerializer(allow_null=True, help_text="Null where nothing is left to pay by card.")
    page_url = serializers.CharField(help_text="The order's page in the shop, as mails link it.")
