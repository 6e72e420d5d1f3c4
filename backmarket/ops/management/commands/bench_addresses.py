"""Print what `make bench-scale` measures."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backmarket.ops.scale.addresses import addresses


class Command(BaseCommand):
    help = "Print addresses of each kind of page as JSON, drawn from the catalogue by a seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=300)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(addresses(count=options["count"], seed=options["seed"])))
