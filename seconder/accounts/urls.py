from django.urls import path

from seconder.accounts import views
from seconder.accounts.keys import views as keys
from seconder.accounts.organizations import views as organizations
from seconder.accounts.people import views as people
from seconder.accounts.security import views as security_views

app_name = "accounts"
urlpatterns = [
    path("", views.front, name="front"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("privacy/", views.privacy, name="privacy"),
    path("account/", views.profile, name="profile"),
    path("account/confirm/", views.prove_again, name="prove-again"),
    path("account/security-events/", security_views.own_security, name="own-security"),
    path("<slug:organization>/keys/", keys.key_list, name="keys"),
    path("<slug:organization>/keys/new/", keys.key_new, name="key-new"),
    path("<slug:organization>/keys/<uuid:key>/revocation/", keys.key_revocation, name="key-revocation"),
    path("<slug:organization>/security/", security_views.security, name="security"),
    path("account/organizations/", organizations.organization_list, name="organizations"),
    path("account/organizations/new/", organizations.organization_new, name="organization-new"),
    path("<slug:organization>/logo/<slug:mark>/", organizations.logo_show, name="logo"),
    path("<slug:organization>/settings/", organizations.settings_show, name="settings"),
    path("<slug:organization>/settings/name/", organizations.name_change, name="settings-name"),
    path("<slug:organization>/settings/logo/", organizations.logo_change, name="settings-logo"),
    path("<slug:organization>/settings/logo/removal/", organizations.logo_removal, name="settings-no-logo"),
    path(
        "<slug:organization>/settings/second-factor/",
        organizations.second_factor_change,
        name="settings-factor",
    ),
    path("<slug:organization>/people/", people.person_list, name="people"),
    path("<slug:organization>/people/<uuid:person>/", people.person_show, name="person"),
    path("<slug:organization>/people/<uuid:person>/role/", people.role_change, name="person-role"),
    path(
        "<slug:organization>/people/<uuid:person>/suspension/",
        people.suspension_create,
        name="person-suspension",
    ),
    path(
        "<slug:organization>/people/<uuid:person>/reactivation/",
        people.reactivation_create,
        name="person-reactivation",
    ),
    path("<slug:organization>/people/<uuid:person>/removal/", people.removal, name="person-removal"),
    path("<slug:organization>/people/<uuid:person>/handovers/", people.handover, name="person-handovers"),
    path("<slug:organization>/departure/", people.departure, name="departure"),
]
