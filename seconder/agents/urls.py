from django.urls import path

from seconder.agents import views

app_name = "agents"
urlpatterns = [
    path("<slug:organization>/agents/", views.agent_list, name="list"),
    path("<slug:organization>/agents/<slug:agent>/", views.agent_show, name="agent"),
    path("<slug:organization>/agents/<slug:agent>/access/", views.agent_access, name="access"),
]
