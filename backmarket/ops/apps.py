import importlib

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "backmarket.ops"
    label = "ops"

    def ready(self) -> None:
        # Every process that sends a task needs the queues' settings, not only the worker.
        importlib.import_module("backmarket.celery")
