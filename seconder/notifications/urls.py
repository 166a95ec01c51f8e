from django.urls import path

from seconder.notifications import views

app_name = "notifications"
urlpatterns = [
    path("<slug:organization>/notifications/", views.notification_list, name="list"),
    path("<slug:organization>/notifications/count/", views.unread_count, name="count"),
    path("<slug:organization>/notifications/readings/", views.reading_create, name="readings"),
]
