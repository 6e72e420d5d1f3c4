"""Bring tables, queues and demo data up to date in one Django process: `python -m backmarket.ops.prepare`."""

from __future__ import annotations

import argparse
import io
import logging

import django
from django.core.management import call_command

from .console import Steps, one_line_failures

STEPS = 4


def main() -> None:
    """Migrate, make the queues, load the demo data into an empty database, and send lost messages again."""
    parser = argparse.ArgumentParser(description="Bring tables, queues and demo data up to date.")
    parser.add_argument("--done", type=int, default=0, help="steps that were shown before")
    parser.add_argument("--total", type=int, default=STEPS, help="steps that are shown in all")
    options = parser.parse_args()
    steps = Steps(options.total, options.done)
    with one_line_failures():
        with steps.step("Tables"):
            django.setup()
            logging.disable(logging.INFO)
            call_command("migrate", interactive=False, verbosity=0)
            call_command("sync_staff_groups", stdout=io.StringIO())
        with steps.step("Queues"):
            call_command("ensure_queues", stdout=io.StringIO())
        with steps.step("Demo data"):
            call_command("load_demo", if_empty=True)
        with steps.step("Messages of the last run"):
            # The local queue forgets its messages when it stops; the outbox does not.
            call_command("requeue_unhandled", stdout=io.StringIO())


if __name__ == "__main__":
    main()
