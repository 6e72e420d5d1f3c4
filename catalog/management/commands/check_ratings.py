"""Compare the ratings kept on products and sellers with the reviews behind them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from catalog.services.ratings import mend_ratings, wrong_ratings


class Command(BaseCommand):
    help = "List products and sellers whose kept rating is not that of their published reviews; --mend corrects it."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--mend", action="store_true", help="write what the reviews say")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = wrong_ratings()
        for row in wrong:
            self.stdout.write(f"{row.kind} {row.pk}: kept {row.kept}, reviews say {row.true}")
        if not wrong:
            self.stdout.write("All ratings are true.")
        elif options["mend"]:
            with transaction.atomic(durable=True):
                self.stdout.write(f"{mend_ratings()} mended.")
        else:
            raise CommandError(f"{len(wrong)} ratings are wrong; --mend corrects them.")
