from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "seconder.privacy"
    label = "privacy"
