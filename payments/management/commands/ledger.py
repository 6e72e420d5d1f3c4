"""Look after the ledger: `manage.py ledger check` recomputes the books, `ledger snapshot` remembers balances."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from backmarket.core import clock
from payments.models import Entry, LedgerCheck
from payments.services.checks import check_next_part, start_check
from payments.services.snapshots import EVERY, forget_snapshots, take_snapshots


class Command(BaseCommand):
    help = (
        "check: recompute the books and compare them with captures, refunds, maturities, payouts and remembered "
        "balances; a difference freezes payouts. snapshot: remember balances of busy accounts. "
        "forget-snapshots: delete them all, as after restoring the database from a dump."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["check", "snapshot", "forget-snapshots"])
        parser.add_argument("--every", type=int, default=EVERY, help="postings after which an account gets a snapshot")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "check":
            self._check()
        elif options["action"] == "snapshot":
            self.stdout.write(f"{take_snapshots(every=options['every'])} snapshots taken")
        else:
            self.stdout.write(f"{forget_snapshots()} snapshots forgotten")

    def _check(self) -> None:
        with transaction.atomic(durable=True):
            check = start_check(now=clock.now())
        more = True
        while more:
            with transaction.atomic(durable=True):
                more = check_next_part(now=clock.now())
        check = LedgerCheck.objects.get(pk=check.pk)
        for found in check.parts.values():
            for difference in found:
                self.stderr.write(difference)
        if check.found:
            raise CommandError(f"{check.found} differences; payouts are frozen")
        if check.finished_at is None:
            raise CommandError("another worker is checking the books")
        self.stdout.write(f"{Entry.objects.count()} entries: balanced, and equal to what is stored elsewhere")
