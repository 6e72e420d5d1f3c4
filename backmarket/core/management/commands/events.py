"""List every event type with the handlers that react to it."""

from typing import Any

from django.core.management.base import BaseCommand

from backmarket.core.events import event_types, handlers_of


class Command(BaseCommand):
    help = "List event types, their payload and their handlers."

    def handle(self, *args: Any, **options: Any) -> None:
        for event_type in event_types():
            self.stdout.write(f"{event_type.name}  ({', '.join(sorted(event_type.fields))})\n    {event_type.meaning}")
            for handler in handlers_of(event_type.name):
                kind = "flow" if handler.flow else "service"
                self.stdout.write(f"    -> {handler.name}  [{handler.queue.value}, {kind}]")
