from django.urls import path

from seconder.notifications import preference_views, views

app_name = "notifications"
urlpatterns = [
    path("account/notifications/", preference_views.preferences, name="preferences"),
    path("<slug:organization>/notifications/", views.notification_list, name="list"),
    path("<slug:organization>/notifications/count/", views.unread_count, name="count"),
    path("<slug:organization>/notifications/readings/", views.reading_create, name="readings"),
]
