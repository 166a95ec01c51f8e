from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "seconder.telemetry"
    label = "telemetry"
