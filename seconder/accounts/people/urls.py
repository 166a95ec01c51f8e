from django.urls import path

from seconder.accounts.people import views

urlpatterns = [
    path("<slug:organization>/people/", views.person_list, name="people"),
    path("<slug:organization>/people/<uuid:person>/", views.person_show, name="person"),
    path("<slug:organization>/people/<uuid:person>/role/", views.role_change, name="person-role"),
    path(
        "<slug:organization>/people/<uuid:person>/suspension/",
        views.suspension_create,
        name="person-suspension",
    ),
    path(
        "<slug:organization>/people/<uuid:person>/reactivation/",
        views.reactivation_create,
        name="person-reactivation",
    ),
    path("<slug:organization>/people/<uuid:person>/removal/", views.removal, name="person-removal"),
    path("<slug:organization>/people/<uuid:person>/handovers/", views.handover, name="person-handovers"),
    path("<slug:organization>/people/<uuid:person>/access/", views.person_access, name="person-access"),
    path("<slug:organization>/departure/", views.departure, name="departure"),
]
