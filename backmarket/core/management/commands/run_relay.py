"""Relay the outbox to the queues until stopped."""

import logging
import select
import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from backmarket.core import clock, outbox
from backmarket.core.tasks import send_to_queue

logger = logging.getLogger(__name__)
IDLE_S = 2.0


class Command(BaseCommand):
    help = "Send outbox events to the queues; sleeps until a commit nudges it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.running = True
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        while self.running:
            try:
                self._listen()
                while self.running:
                    if not outbox.relay_once(send_to_queue, now=clock.now()):
                        self._wait()
            except Exception:
                logger.exception("relay stumbled; trying again in 1 s")
                connection.close()
                time.sleep(1)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.running = False

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {outbox.CHANNEL}")

    def _wait(self) -> None:
        raw = connection.connection
        if raw is None:
            raise DatabaseError("connection lost")
        select.select([raw], [], [], IDLE_S)
        raw.poll()
        raw.notifies.clear()
