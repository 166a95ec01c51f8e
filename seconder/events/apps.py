from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "seconder.events"
    label = "events"
