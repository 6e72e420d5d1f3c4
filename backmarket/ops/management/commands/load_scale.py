"""Load a catalogue of a real marketplace's size."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backmarket.core import clock, partitions
from backmarket.ops.scale.load import LISTINGS, SEED, SKUS, Size, load
from backmarket.ops.scale.models import CatalogueTooSmallError
from catalog.models import ProductModel


class Command(BaseCommand):
    help = "Load 100,000 SKUs and 300,000 listings of 400 sellers, with elected offers, into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--skus", type=int, default=SKUS)
        parser.add_argument("--listings", type=int, default=LISTINGS)
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed makes the same catalogue")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is a catalogue")

    def handle(self, *args: Any, **options: Any) -> None:
        if ProductModel.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError(
                "There is a catalogue already; this one belongs into an empty database: name it in DATABASE_URL and "
                "run `manage.py migrate` first, or let `make bench-scale` keep one of its own."
            )
        now = clock.now()
        partitions.ensure(now=now)
        size = Size(skus=options["skus"], listings=options["listings"])
        try:
            load(size, now=now, seed=options["seed"], say=lambda text: self.stdout.write(f"  {text}"))
        except CatalogueTooSmallError as error:
            raise CommandError(str(error)) from error
