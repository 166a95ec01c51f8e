from django.urls import include, path

from seconder.accounts import views
from seconder.accounts.keys import views as keys
from seconder.accounts.own import views as own
from seconder.accounts.security import views as security_views

app_name = "accounts"
urlpatterns = [
    path("", views.front, name="front"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", own.profile, name="profile"),
    path("account/devices/", own.devices, name="devices"),
    path("account/devices/ending/", own.devices_ending, name="devices-ending"),
    path("account/devices/<uuid:session>/ending/", own.device_ending, name="device-ending"),
    path("account/confirm/", views.prove_again, name="prove-again"),
    path("account/security-events/", security_views.own_security, name="own-security"),
    path("<slug:organization>/keys/", keys.key_list, name="keys"),
    path("<slug:organization>/keys/new/", keys.key_new, name="key-new"),
    path("<slug:organization>/keys/<uuid:key>/access/", keys.key_access, name="key-access"),
    path("<slug:organization>/keys/<uuid:key>/revocation/", keys.key_revocation, name="key-revocation"),
    path("<slug:organization>/security/", security_views.security, name="security"),
    path("", include("seconder.accounts.hours.urls")),
    path("", include("seconder.accounts.organizations.urls")),
    path("", include("seconder.accounts.people.urls")),
    path("", include("seconder.accounts.invitations.urls")),
    path("", include("seconder.accounts.teams.urls")),
    path("", include("seconder.accounts.own_roles.urls")),
]
