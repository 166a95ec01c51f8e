from seconder.notifications.models.notification import Notification, NotificationQuerySet
from seconder.notifications.models.preferences import Preferences

__all__ = ["Notification", "NotificationQuerySet", "Preferences"]
