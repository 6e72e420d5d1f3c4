"""List every slot with its providers."""

from typing import Any

from django.core.management.base import BaseCommand

from backmarket.core.slots import all_slots


class Command(BaseCommand):
    help = "List the slots of pages and who fills them."

    def handle(self, *args: Any, **options: Any) -> None:
        for slot in all_slots():
            self.stdout.write(f"{slot.name}  (keys: {slot.subject})")
            for provider in slot.providers:
                self.stdout.write(f"    <- {provider.__module__}.{provider.__name__}")
