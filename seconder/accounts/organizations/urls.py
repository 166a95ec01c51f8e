from django.urls import path

from seconder.accounts.organizations import views

urlpatterns = [
    path("account/organizations/", views.organization_list, name="organizations"),
    path("account/organizations/new/", views.organization_new, name="organization-new"),
    path("<slug:organization>/logo/<slug:mark>/", views.logo_show, name="logo"),
    path("<slug:organization>/settings/", views.settings_show, name="settings"),
    path("<slug:organization>/settings/name/", views.name_change, name="settings-name"),
    path("<slug:organization>/settings/address/", views.address_change, name="settings-address"),
    path("<slug:organization>/settings/logo/", views.logo_change, name="settings-logo"),
    path("<slug:organization>/settings/logo/removal/", views.logo_removal, name="settings-no-logo"),
    path(
        "<slug:organization>/settings/second-factor/",
        views.second_factor_change,
        name="settings-factor",
    ),
]
