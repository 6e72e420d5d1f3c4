from django.apps import AppConfig


class MarketsConfig(AppConfig):
    name = "backmarket.markets"
    label = "markets"
