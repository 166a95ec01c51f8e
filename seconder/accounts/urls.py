from django.urls import path

from seconder.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.front, name="front"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
