from django.urls import path

from seconder.accounts.own_roles import views

urlpatterns = [
    path("<slug:organization>/roles/", views.role_list, name="roles"),
    path("<slug:organization>/roles/new/", views.role_new, name="role-new"),
    path("<slug:organization>/roles/<uuid:role>/", views.role_change, name="role"),
    path("<slug:organization>/roles/<uuid:role>/removal/", views.role_removal, name="role-removal"),
]
