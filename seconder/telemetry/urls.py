from django.urls import path

from seconder.telemetry import clicks
from seconder.telemetry.errors import views as errors
from seconder.telemetry.releases import views as releases
from seconder.telemetry.usage import views as usage

app_name = "telemetry"
_PRIVACY = "<slug:organization>/privacy/"
urlpatterns = [
    path("privacy/clicks/", clicks.click, name="clicks"),
    path(f"{_PRIVACY}usage/", usage.show, name="usage"),
    path(f"{_PRIVACY}releases/", releases.release_list, name="releases"),
    path(f"{_PRIVACY}releases/new/", releases.release_new, name="release-new"),
    path(f"{_PRIVACY}releases/<uuid:release>/", releases.release_show, name="release"),
    path(f"{_PRIVACY}errors/", errors.error_list, name="errors"),
    path(f"{_PRIVACY}errors/<uuid:error>/", errors.error_show, name="error"),
    path(f"{_PRIVACY}errors/<uuid:error>/state/", errors.state_create, name="error-state"),
]
