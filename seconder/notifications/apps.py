from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "seconder.notifications"
    label = "notifications"
