"""Run Celery's beat as the only one: a PostgreSQL advisory lock guards it, a second one waits in reserve."""

import logging
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from backmarket.celery import app

logger = logging.getLogger(__name__)
LOCK_KEY = 7_310_001


class Command(BaseCommand):
    help = "Run the schedule; of several such processes one works and the others wait."

    def handle(self, *args: Any, **options: Any) -> None:
        lock = connections.create_connection("default")
        with lock.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
            logger.info("beat holds the lock")
            with tempfile.TemporaryDirectory() as folder:
                app.Beat(schedule=str(Path(folder) / "schedule"), loglevel="WARNING", quiet=True).run()
