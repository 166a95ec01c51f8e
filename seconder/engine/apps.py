from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "seconder.engine"
    label = "engine"
