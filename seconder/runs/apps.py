from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "seconder.runs"
    label = "runs"
