from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "seconder.agents"
    label = "agents"
