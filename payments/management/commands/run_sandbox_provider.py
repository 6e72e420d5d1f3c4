"""Run the sandbox payment provider as a process of its own."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Run the sandbox payment provider: API, hosted card page, webhooks."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8001)

    def handle(self, *args: Any, **options: Any) -> None:
        # Another program with other settings takes this process over, so that signals reach it.
        command = [sys.executable, "-m", "payments.sandbox", "--port", str(options["port"])]
        os.execv(sys.executable, command)  # noqa: S606 — no shell is wanted
