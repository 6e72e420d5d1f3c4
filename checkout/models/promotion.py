"""Promotions, their uses by orders, and what each took off a line."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from checkout.enums import PromotionKind

from .order import Order, OrderLine


class Promotion(models.Model):
    """
    A discount of one market, by a code or by itself when `code` is empty; facts never change, it can only be ended.

    Of what it takes off, the named seller bears `seller_permille`, the house the rest. `used_count` is kept under the
    row's lock where uses are limited, else redemptions are counted.
    """

    market = models.CharField(max_length=2)
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=24, blank=True)
    kind = models.CharField(max_length=10, choices=PromotionKind)
    permille = models.PositiveSmallIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    cap_minor = models.BigIntegerField(null=True, blank=True)
    minimum_minor = models.BigIntegerField(default=0)
    category = models.ForeignKey(
        "catalog.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="promotions"
    )
    seller = models.ForeignKey(
        "catalog.Seller", null=True, blank=True, on_delete=models.PROTECT, related_name="promotions"
    )
    seller_permille = models.PositiveSmallIntegerField(default=0)
    is_first_order_only = models.BooleanField(default=False)
    is_stackable = models.BooleanField(default=False)
    uses_limit = models.PositiveIntegerField(null=True, blank=True)
    uses_per_shopper = models.PositiveSmallIntegerField(null=True, blank=True)
    used_count = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["market", "code"], condition=~Q(code=""), name="checkout_promotion_code_once_per_market"
            ),
            models.CheckConstraint(
                condition=Q(permille__range=(0, 1000), seller_permille__range=(0, 1000), amount_minor__gte=0),
                name="checkout_promotion_shares_within_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(seller_permille=0) | Q(seller__isnull=False),
                name="checkout_promotion_charges_no_unnamed_seller",
            ),
            models.CheckConstraint(
                condition=Q(uses_limit__isnull=True) | Q(used_count__lte=F("uses_limit")),
                name="checkout_promotion_used_within_its_limit",
            ),
        ]
        indexes = [models.Index(fields=["market", "code", "ends_at"], name="checkout_promotion_lookup")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name

    @property
    def currency(self) -> str:
        return MARKETS[self.market].currency

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_limited(self) -> bool:
        """Whether its uses are counted, so that they have to wait for each other."""
        return self.uses_limit is not None or self.uses_per_shopper is not None or self.is_first_order_only


class Redemption(models.Model):
    """An order's use of a promotion; an order that ends unpaid gives it back."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="redemptions")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="redemptions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="redemptions"
    )
    email = models.EmailField()
    redeemed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion", "order"], name="checkout_promotion_once_per_order"),
        ]
        indexes = [models.Index(fields=["promotion", "email"], name="checkout_redemption_shopper")]

    def __str__(self) -> str:
        return f"{self.promotion_id} by order {self.order_id}"


class LineDiscount(models.Model):
    """What one redemption took off one line; a line's rows sum to its discount."""

    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="discounts")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="discounts")
    name = models.CharField(max_length=60)
    seller_minor = models.BigIntegerField()
    house_minor = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["redemption", "line"], name="checkout_discount_once_per_line"),
            models.CheckConstraint(
                condition=Q(seller_minor__gte=0, house_minor__gte=0), name="checkout_discount_takes_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, line {self.line_id}"

    @property
    def amount(self) -> Money:
        """What it took off; the line says in which currency."""
        return Money(self.seller_minor + self.house_minor, self.line.currency)
