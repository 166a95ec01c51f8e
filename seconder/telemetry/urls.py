from django.urls import path

from seconder.telemetry import clicks

app_name = "telemetry"
urlpatterns = [path("privacy/clicks/", clicks.click, name="clicks")]
