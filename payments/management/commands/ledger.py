"""Look after the ledger: `manage.py ledger check` recomputes the books and compares."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.models import Entry
from payments.selectors.closing import differences


class Command(BaseCommand):
    help = "Recompute the ledger and compare it with captures, refunds, maturities and payouts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["check"])

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(differences())
        for difference in found:
            self.stderr.write(difference)
        if found:
            raise CommandError(f"{len(found)} differences")
        self.stdout.write(f"{Entry.objects.count()} entries: balanced, and equal to what is stored elsewhere")
