"""Sweeps of care."""

from celery import shared_task
from django.db import transaction

from backmarket.core import clock

from .services import tickets


@shared_task
def escalate_silent_tickets() -> None:
    with transaction.atomic(durable=True):
        tickets.escalate_silent(now=clock.now())


@shared_task
def close_settled_tickets() -> None:
    with transaction.atomic(durable=True):
        tickets.close_settled(now=clock.now())
