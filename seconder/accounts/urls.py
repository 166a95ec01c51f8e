from django.urls import path

from seconder.accounts import security_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.front, name="front"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("privacy/", views.privacy, name="privacy"),
    path("account/", views.profile, name="profile"),
    path("account/confirm/", views.prove_again, name="prove-again"),
    path("account/security-events/", security_views.own_security, name="own-security"),
    path("<slug:organization>/security/", security_views.security, name="security"),
]
