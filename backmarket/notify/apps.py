from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "backmarket.notify"
    label = "notify"
