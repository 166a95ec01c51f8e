from django.urls import path

from seconder.verification import link_views, views

app_name = "verification"
urlpatterns = [
    path("answer/<str:token>/", link_views.answer_by_link, name="link"),
    path("<slug:organization>/reviews/", views.review_list, name="inbox"),
    path("<slug:organization>/reviews/count/", views.review_count, name="count"),
    path("<slug:organization>/reviews/<uuid:review>/", views.review_show, name="review"),
    path("<slug:organization>/reviews/<uuid:review>/access/", views.review_access, name="access"),
    path("<slug:organization>/reviews/<uuid:review>/decisions/", views.decision_create, name="decisions"),
    path("<slug:organization>/reviews/<uuid:review>/snoozes/", views.snooze_create, name="snoozes"),
]
