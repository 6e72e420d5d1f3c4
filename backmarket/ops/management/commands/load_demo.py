"""Load the demo's data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backmarket.core import clock, partitions
from backmarket.ops.seed.load import load
from catalog.models import ProductModel


class Command(BaseCommand):
    help = "Load the demo's catalogue, sellers, listings, orders, money and tickets into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is a catalogue")

    def handle(self, *args: Any, **options: Any) -> None:
        if ProductModel.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There is a catalogue already; the demo's data belongs into an empty database.")
        now = clock.now()
        partitions.ensure(now=now)
        load(now=now, say=lambda text: self.stdout.write(f"  {text}"))
