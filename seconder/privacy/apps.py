from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "seconder.privacy"
    label = "privacy"

    def ready(self) -> None:
        from django.core import checks

        from seconder.privacy.choices.checks import unasked  # models first

        checks.register(unasked, "personal_data")
