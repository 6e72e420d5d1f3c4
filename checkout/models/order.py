"""Orders: one payment by one shopper in one currency, lines with a life of their own, parcels."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse

from backmarket.core.money import Money
from backmarket.core.states import StateMachine
from backmarket.markets.regions import REGIONS
from backmarket.markets.registry import MARKETS, Market
from catalog.enums import Grade
from checkout.enums import LineState, OrderState, TaxTreatment
from checkout.rules.addresses import address_lines, national_form

from .basket import Basket
from .parcel import Parcel

_S = LineState
LINE_STATES = StateMachine(
    field="state",
    moves={
        _S.NEW: frozenset({_S.PENDING_PAYMENT}),
        _S.PENDING_PAYMENT: frozenset({_S.PAID, _S.ON_HOLD, _S.UNPAID}),
        _S.ON_HOLD: frozenset({_S.PAID, _S.CANCELLED}),
        _S.PAID: frozenset({_S.ACCEPTED, _S.CANCELLED}),
        _S.ACCEPTED: frozenset({_S.SHIPPED, _S.REFUNDED_BEFORE_SHIPPING}),
        _S.SHIPPED: frozenset({_S.DELIVERED, _S.REFUNDED_AFTER_SHIPPING}),
        _S.DELIVERED: frozenset({_S.CLOSED, _S.REFUNDED_AFTER_SHIPPING}),
        _S.CLOSED: frozenset({_S.REFUNDED_AFTER_SHIPPING}),
        # Money that arrives after the reservation lapsed buys what is still there.
        _S.UNPAID: frozenset({_S.PAID, _S.ON_HOLD}),
        _S.CANCELLED: frozenset(),
        _S.REFUNDED_BEFORE_SHIPPING: frozenset(),
        _S.REFUNDED_AFTER_SHIPPING: frozenset(),
    },
)
HOLDING_STATES = (_S.SHIPPED, _S.DELIVERED)


class Order(models.Model):
    """
    An order, at most one a basket, so that two tabs or a double click place one.

    `number` has 8 random digits and is shown 4-4. Amounts are minor units of `currency`.
    """

    number = models.PositiveIntegerField()
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    basket = models.OneToOneField(Basket, null=True, on_delete=models.SET_NULL, related_name="order")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    email = models.EmailField()
    locale = models.CharField(max_length=5)
    market = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, choices=OrderState, default=OrderState.PENDING_PAYMENT)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    company = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=160)
    street2 = models.CharField(max_length=160, blank=True)
    postcode = models.CharField(max_length=16)
    city = models.CharField(max_length=80)
    region = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=20)
    vat_number = models.CharField(max_length=20, blank=True, default="", db_default="")
    gift_note = models.CharField(max_length=300, blank=True, default="", db_default="")
    # The shopper asked for texts about the delivery, to the phone of this order.
    wants_texts = models.BooleanField(default=False, db_default=False)
    # Whence it was placed, as a keyed hash: enough to see many orders of one network, not to tell which.
    origin = models.CharField(max_length=32, blank=True, default="", db_default="")
    # Who sends a parcel says which version of the address is on its label.
    address_version = models.PositiveSmallIntegerField(default=0, db_default=0)
    address_changed_at = models.DateTimeField(null=True, blank=True)
    total_minor = models.BigIntegerField()
    # What of the total gift cards and credit pay; the rest is to be paid by card.
    credit_minor = models.BigIntegerField(default=0, db_default=0)
    payment_id = models.UUIDField(null=True, blank=True)
    payment_attempts = models.PositiveSmallIntegerField(default=0)
    reservation_expires_at = models.DateTimeField()
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-placed_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="checkout_order_number"),
            models.UniqueConstraint(fields=["public_id"], name="checkout_order_public_id"),
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="checkout_order_total_above_zero"),
            models.CheckConstraint(
                condition=Q(credit_minor__gte=0) & Q(credit_minor__lte=F("total_minor")),
                name="checkout_order_credit_within_its_total",
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="checkout_order_email"),
            models.Index(fields=["state", "reservation_expires_at"], name="checkout_order_expiry"),
            models.Index(fields=["placed_at"], name="checkout_order_placed"),
            # The check against fraud looks for others of the same person, phone, address and network.
            models.Index(Upper("email"), name="checkout_order_same_email"),
            models.Index(fields=["phone"], name="checkout_order_same_phone"),
            models.Index(Upper("street"), "postcode", "country", name="checkout_order_same_address"),
            models.Index(fields=["origin", "placed_at"], condition=~Q(origin=""), name="checkout_order_network"),
        ]

    def __str__(self) -> str:
        return self.number_text

    def get_absolute_url(self) -> str:
        return reverse("checkout:order", args=[self.public_id])

    @property
    def number_text(self) -> str:
        """The number as people read it: 1234-5678."""
        digits = f"{self.number:08d}"
        return f"{digits[:4]}-{digits[4:]}"

    @property
    def reference(self) -> str:
        return f"order:{self.public_id}"

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def due(self) -> Money:
        """What is to be paid by card."""
        return Money(self.total_minor - self.credit_minor, self.currency)

    @property
    def market_facts(self) -> Market:
        return MARKETS[self.market]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def address_lines(self) -> list[str]:
        """The lines below the names, in the order of the country's post."""
        parts = {name: getattr(self, name) for name in ("street", "street2", "postcode", "city", "region", "country")}
        return address_lines(**parts, region_name=REGIONS.get(self.country, {}).get(self.region, self.region))

    @property
    def phone_text(self) -> str:
        return national_form(self.phone, self.country)


class OrderLine(models.Model):
    """
    One device, or several units of an accessory, of one seller.

    What was agreed is frozen here: prices, fees, discounts, commission, warranty, delivery window. Amounts are for all
    units of the line. Of `discount_minor` the seller gives `discount_seller_minor`, the house the rest.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    seller = models.ForeignKey("catalog.Seller", on_delete=models.PROTECT, related_name="order_lines")
    listing = models.ForeignKey("catalog.Listing", on_delete=models.PROTECT, related_name="order_lines")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, related_name="order_lines")
    product = models.ForeignKey("catalog.ProductModel", on_delete=models.PROTECT, related_name="order_lines")
    parcel = models.ForeignKey(Parcel, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    grade = models.CharField(max_length=10, choices=Grade)
    title = models.CharField(max_length=200)
    variant = models.CharField(max_length=200, blank=True)
    family = models.CharField(max_length=40)
    colour_hex = models.CharField(max_length=7, blank=True)
    quantity = models.PositiveSmallIntegerField(default=1)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    shipping_minor = models.BigIntegerField(default=0)
    service_fee_minor = models.BigIntegerField(default=0)
    protection_minor = models.BigIntegerField(default=0, db_default=0)
    protection_months = models.PositiveSmallIntegerField(default=0, db_default=0)
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    discount_seller_minor = models.BigIntegerField(default=0, db_default=0)
    commission_permille = models.PositiveSmallIntegerField()
    commission_minor = models.BigIntegerField()
    commission_vat_minor = models.BigIntegerField()
    vat_jurisdiction = models.CharField(max_length=2)
    tax_treatment = models.CharField(max_length=10, choices=TaxTreatment, blank=True, default="", db_default="")
    tax_rate = models.DecimalField(max_digits=6, decimal_places=5, default=Decimal(0), db_default=Decimal(0))
    tax_jurisdiction = models.CharField(max_length=5, blank=True, default="", db_default="")
    sales_tax_minor = models.BigIntegerField(default=0, db_default=0)
    carrier = models.CharField(max_length=30)
    # The pick-up point that was chosen: its name at the carrier, and what it said then.
    pickup_point = models.CharField(max_length=40, blank=True, default="", db_default="")
    pickup_address = models.CharField(max_length=250, blank=True, default="", db_default="")
    identifier_kind = models.CharField(max_length=6, blank=True)
    warranty_months = models.PositiveSmallIntegerField()
    handling_hours = models.PositiveSmallIntegerField()
    earliest_delivery_date = models.DateField()
    latest_delivery_date = models.DateField()
    state = models.CharField(max_length=30, choices=LineState, default=LineState.PENDING_PAYMENT)
    accept_by = models.DateTimeField(null=True, blank=True)
    ship_by = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=12, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    imei = models.CharField(max_length=15, blank=True)
    serial_number = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="checkout_line_public_id"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="checkout_line_of_something"),
            models.CheckConstraint(condition=Q(state__in=LineState.values), name="checkout_line_state_known"),
            models.CheckConstraint(
                condition=Q(
                    discount_seller_minor__gte=0,
                    discount_minor__gte=F("discount_seller_minor"),
                    discount_minor__lte=F("price_minor") + F("shipping_minor"),
                    protection_minor__gte=0,
                ),
                name="checkout_line_discount_within_its_price",
            ),
            models.UniqueConstraint(
                fields=["imei"],
                condition=Q(state__in=HOLDING_STATES) & ~Q(imei=""),
                name="checkout_imei_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "state", "accept_by"], name="checkout_line_queue"),
            models.Index(fields=["state", "accept_by"], name="checkout_line_acceptance"),
            models.Index(fields=["shipped_at"], name="checkout_line_shipped"),
            models.Index(
                fields=["delivered_at"], condition=Q(state=LineState.DELIVERED), name="checkout_line_delivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.variant}".strip()

    @property
    def reference(self) -> str:
        return f"line:{self.public_id}"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def shipping(self) -> Money:
        return Money(self.shipping_minor, self.currency)

    @property
    def service_fee(self) -> Money:
        return Money(self.service_fee_minor, self.currency)

    @property
    def protection(self) -> Money:
        return Money(self.protection_minor, self.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.currency)

    @property
    def discount_seller(self) -> Money:
        return Money(self.discount_seller_minor, self.currency)

    @property
    def discount_house(self) -> Money:
        """What of the discount the house pays to the seller in the shopper's place."""
        return self.discount - self.discount_seller

    @property
    def gross(self) -> Money:
        """What the seller sold for, before commission: goods and delivery less the seller's own discount."""
        return self.price + self.shipping - self.discount_seller

    @property
    def sales_tax(self) -> Money:
        """What was added for the state that the goods go to; taxes that are in the price are not here."""
        return Money(self.sales_tax_minor, self.currency)

    @property
    def total(self) -> Money:
        """What the shopper paid for this line: goods, delivery, fee, protection and sales tax, less the discount."""
        return self.price + self.shipping + self.service_fee + self.protection + self.sales_tax - self.discount

    @property
    def identifier(self) -> str:
        return self.imei or self.serial_number

    @property
    def carrier_name(self) -> str:
        return MARKETS[self.order.market].carrier(self.carrier).name
