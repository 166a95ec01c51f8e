from django.urls import path

from seconder.accounts.teams import views

_TEAM = "<slug:organization>/teams/<uuid:team>/"
urlpatterns = [
    path("<slug:organization>/teams/", views.team_list, name="teams"),
    path("<slug:organization>/teams/new/", views.team_new, name="team-new"),
    path(_TEAM, views.team_show, name="team"),
    path(f"{_TEAM}access/", views.team_access, name="team-access"),
    path(f"{_TEAM}title/", views.title_change, name="team-title"),
    path(f"{_TEAM}removal/", views.team_removal, name="team-removal"),
    path(f"{_TEAM}members/", views.member_add, name="team-members"),
    path(f"{_TEAM}members/<uuid:person>/removal/", views.member_removal, name="team-member-removal"),
    path(f"{_TEAM}members/<uuid:person>/lead/", views.lead_change, name="team-lead"),
]
