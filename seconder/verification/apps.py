from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "seconder.verification"
    label = "verification"
