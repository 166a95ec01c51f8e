from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "seconder.ui"
    label = "ui"
