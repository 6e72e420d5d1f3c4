"""What carriers say of parcels, and what shoppers say of their contracts: facts that are only added."""

import uuid

from django.db import models
from django.db.models import Q

from checkout.enums import ParcelCode

from .order import OrderLine
from .parcel import Parcel


class ParcelEvent(models.Model):
    """One scan of a parcel, once per id that the carrier gave it; `scanned_at` is the carrier's instant, not ours."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="events")
    carrier_event_id = models.CharField(max_length=80)
    code = models.CharField(max_length=20, choices=ParcelCode)
    text = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("scanned_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["parcel", "carrier_event_id"], name="checkout_parcel_event_once"),
            models.CheckConstraint(condition=Q(code__in=ParcelCode.values), name="checkout_parcel_event_code_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.scanned_at:%Y-%m-%d %H:%M}"


class CarrierMessage(models.Model):
    """A signed message as it came, stored before it is read; `problem` says why it could not be."""

    client = models.CharField(max_length=30)
    message_id = models.CharField(max_length=80)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-received_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["client", "message_id"], name="checkout_carrier_message_once"),
        ]
        indexes = [models.Index(fields=["received_at"], name="checkout_carrier_message_age")]

    def __str__(self) -> str:
        return f"{self.client} {self.message_id}"


class WaitingScan(models.Model):
    """A scan of a number that no parcel has yet: carriers are often faster than sellers. Kept until one has it."""

    carrier = models.CharField(max_length=30)
    tracking_number = models.CharField(max_length=60)
    carrier_event_id = models.CharField(max_length=80)
    code = models.CharField(max_length=20, choices=ParcelCode)
    text = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("scanned_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["tracking_number", "carrier", "carrier_event_id"], name="checkout_waiting_scan_once"
            ),
            models.CheckConstraint(condition=Q(code__in=ParcelCode.values), name="checkout_waiting_scan_code_known"),
        ]
        indexes = [models.Index(fields=["received_at"], name="checkout_waiting_scan_age")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number} {self.code}"


class Withdrawal(models.Model):
    """
    A shopper's declaration to withdraw from the contract of a line, made once.

    `declared_at` is the instant that counts. `until_date` is the last day it was possible, None before delivery.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="withdrawal")
    declared_at = models.DateTimeField()
    until_date = models.DateField(null=True)

    class Meta:
        ordering = ("-declared_at",)
        constraints = [models.UniqueConstraint(fields=["public_id"], name="checkout_withdrawal_public_id")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.declared_at:%Y-%m-%d %H:%M}"
