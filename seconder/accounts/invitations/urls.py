from django.urls import path

from seconder.accounts.invitations import public_views, views

urlpatterns = [
    path("invitations/<str:token>/", public_views.invitation, name="invitation"),
    path("<slug:organization>/invitations/", views.invitation_list, name="invitations"),
    path("<slug:organization>/invitations/new/", views.invitation_new, name="invitation-new"),
    path(
        "<slug:organization>/invitations/<uuid:invitation>/letters/",
        views.letter_create,
        name="invitation-letters",
    ),
    path(
        "<slug:organization>/invitations/<uuid:invitation>/cancellation/",
        views.cancellation_create,
        name="invitation-cancellation",
    ),
    path("<slug:organization>/invitations/lists/new/", views.list_new, name="invitation-list-new"),
    path("<slug:organization>/invitations/lists/<uuid:list>/", views.list_show, name="invitation-list"),
    path(
        "<slug:organization>/invitations/lists/<uuid:list>/report/",
        views.list_report,
        name="invitation-list-report",
    ),
]
