from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "backmarket.ops"
    label = "ops"
