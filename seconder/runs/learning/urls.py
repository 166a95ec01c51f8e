from django.urls import path

from seconder.runs.learning import views

urlpatterns = [
    path("<slug:organization>/agents/<slug:agent>/proposals/", views.proposal_list, name="proposals"),
    path(
        "<slug:organization>/proposals/<uuid:proposal>/acceptance/",
        views.acceptance_create,
        name="acceptance",
    ),
    path(
        "<slug:organization>/proposals/<uuid:proposal>/dismissal/", views.dismissal_create, name="dismissal"
    ),
    path("<slug:organization>/evaluation-cases/<uuid:case>/removal/", views.removal_create, name="removal"),
    path("<slug:organization>/evaluation-cases/<uuid:case>/runs/", views.try_create, name="tries"),
]
