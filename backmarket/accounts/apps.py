from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "backmarket.accounts"
    label = "accounts"
