from django.urls import path

from seconder.runs import views
from seconder.runs.learning.urls import urlpatterns as learning

app_name = "runs"
urlpatterns = [
    path("<slug:organization>/", views.home, name="home"),
    path("<slug:organization>/agents/<slug:agent>/runs/", views.run_create, name="start"),
    path("<slug:organization>/search/", views.search, name="search"),
    path("<slug:organization>/runs/", views.run_list, name="list"),
    path("<slug:organization>/runs/<uuid:run>/", views.run_show, name="run"),
    path("<slug:organization>/runs/<uuid:run>/access/", views.run_access, name="access"),
    path("<slug:organization>/runs/<uuid:run>/evidence/", views.run_evidence, name="evidence"),
    path("<slug:organization>/runs/<uuid:run>/cancellation/", views.cancellation_create, name="cancellation"),
    path("<slug:organization>/runs/<uuid:run>/retries/", views.retry_create, name="retries"),
    path("<slug:organization>/runs/<uuid:run>/forks/", views.fork_create, name="forks"),
    *learning,
]
