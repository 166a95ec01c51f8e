from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "seconder.telemetry"
    label = "telemetry"

    def ready(self) -> None:
        from seconder.core import failures
        from seconder.telemetry.errors import sink

        failures.on_error(sink.note)
