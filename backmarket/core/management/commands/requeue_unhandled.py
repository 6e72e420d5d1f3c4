"""Send again the events that were sent to a queue but never handled."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backmarket.core import clock, outbox


class Command(BaseCommand):
    help = "Mark sent but unhandled events as unsent; for a queue that lost its messages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than-s", type=int, default=0, help="leave events sent more recently alone")

    def handle(self, *args: Any, **options: Any) -> None:
        older_than = timedelta(seconds=options["older_than_s"])
        count = outbox.requeue_unhandled(now=clock.now(), older_than=older_than)
        self.stdout.write(f"{count} events will be sent again")
