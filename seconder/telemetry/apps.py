from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "seconder.telemetry"
    label = "telemetry"

    def ready(self) -> None:
        from seconder.telemetry.errors import sink

        sink.listen()
