from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from catalog.services.indexing import index_products


class Command(BaseCommand):
    help = "Write the search words of every product again."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(durable=True):
            count = index_products()
        self.stdout.write(f"{count} products indexed.")
