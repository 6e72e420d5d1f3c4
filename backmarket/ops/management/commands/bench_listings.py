"""`manage.py bench_listings`: listings that many can buy at once, for `make bench-checkout`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalog.models import Listing, Offer


class Command(BaseCommand):
    help = "Fill the stock of some listings on sale in a market, and print their public ids as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--market", default="FR")
        parser.add_argument("--count", type=int, default=1000)
        parser.add_argument("--quantity", type=int, default=100_000)

    def handle(self, *args: Any, market: str, count: int, quantity: int, **options: Any) -> None:
        sold = Offer.objects.filter(market=market, in_stock=True).order_by("listing_id")
        ids = list(sold.values_list("listing_id", flat=True).distinct()[:count])
        Listing.objects.filter(pk__in=ids).update(quantity=quantity)
        names = Listing.objects.filter(pk__in=ids).order_by("pk").values_list("public_id", flat=True)
        self.stdout.write(json.dumps([str(name) for name in names]))
