"""The background work of the provider: settle what is due, send events until they are taken."""

import logging
import threading
import time
from datetime import timedelta

import requests
from django.db import connection, transaction
from django.utils import timezone

from backmarket.core.signatures import header

from . import charges, locks, redirects
from . import settings as own
from .models import Delivery, Setup

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 10
IDLE_S = 0.2


def run_forever(stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            if not work_once():
                stopped.wait(IDLE_S)
        except Exception:
            logger.exception("the background thread stumbled; trying again in 1 s")
            connection.close()
            time.sleep(1)


def work_once() -> bool:
    """Do what is due; tell whether there was anything."""
    busy = False
    for settle in (charges.settle_refund, charges.settle_transfer, charges.settle_expiry, redirects.settle_slow):
        with transaction.atomic():
            # Whoever locks for longer empties or rebuilds the tables: give way before the database breaks a deadlock.
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '900ms'")
            busy |= settle()
    return _deliver() or busy


def _deliver() -> bool:
    setup = Setup.objects.filter(pk=1).first()
    if setup is not None and not setup.sends_webhooks:
        return False
    url = setup.webhook_url if setup is not None and setup.webhook_url else own.WEBHOOK_URL
    due = locks.due_deliveries(timezone.now())
    for delivery in due:
        _send(delivery, url)
    return bool(due)


def _send(delivery: Delivery, url: str) -> None:
    body = delivery.event.body.encode()
    signed = header(own.WEBHOOK_SECRET, int(time.time()), body)
    headers = {"Sandbox-Signature": signed, "Content-Type": "application/json"}
    try:
        taken = requests.post(url, data=body, headers=headers, timeout=(1, 5)).ok
    except requests.RequestException:
        taken = False
    attempts = delivery.attempts + 1
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=attempts,
        is_done=taken or attempts >= MAX_ATTEMPTS,
        due_at=timezone.now() + timedelta(seconds=min(2**attempts, 300)),
    )
