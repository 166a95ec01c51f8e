from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "seconder.accounts"
    label = "accounts"
