"""Sweeps of payments."""

from celery import shared_task
from django.db import transaction

from backmarket.core import clock

from .flows import sweep
from .services import maturity


@shared_task
def sweep_payments() -> None:
    sweep.sweep(now=clock.now())


@shared_task
def release_matured() -> None:
    with transaction.atomic(durable=True):
        maturity.release_matured(now=clock.now())
