"""Bring tables, queues and demo data up to date in one Django process: `python -m backmarket.ops.prepare`."""

from __future__ import annotations

import argparse
import io
import logging

import django
from django.conf import settings
from django.core.management import CommandError, call_command

from .console import Steps, one_line_failures

STEPS = 5


def main() -> None:
    """Migrate, make the queues, load demo data into an empty database, index it, and send lost messages again."""
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
        with steps.step("Search index") as note:
            note(_fill_search_index())
        with steps.step("Messages of the last run"):
            # The local queue forgets its messages when it stops; the outbox does not.
            call_command("requeue_unhandled", stdout=io.StringIO())


def _fill_search_index() -> str:
    """Bring the demo's products into the Elasticsearch that ELASTICSEARCH_URL names; say which engine answers."""
    if not settings.ELASTICSEARCH_URL:
        return "PostgreSQL answers searches"
    try:
        call_command("reindex", if_needed=True, stdout=io.StringIO())
    except CommandError as error:
        return f"PostgreSQL answers searches, because of this: {error}"
    return "Elasticsearch answers searches"


if __name__ == "__main__":
    main()
