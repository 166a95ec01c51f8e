from django.urls import path

from seconder.verification import allowances, away, batch_page, link_views, passing_on, second_looks, views

app_name = "verification"
urlpatterns = [
    path("answer/<str:token>/", link_views.answer_by_link, name="link"),
    path("account/absences/", away.absence_list, name="absences"),
    path("account/absences/<uuid:absence>/ending/", away.absence_ending, name="absence-ending"),
    path("<slug:organization>/reviews/", views.review_list, name="inbox"),
    path("<slug:organization>/reviews/count/", views.review_count, name="count"),
    path("<slug:organization>/reviews/measures/", views.measures, name="measures"),
    path("<slug:organization>/reviews/batch/", batch_page.batch, name="batch"),
    path("<slug:organization>/reviews/second-looks/", second_looks.second_look_list, name="second-looks"),
    path(
        "<slug:organization>/reviews/second-looks/<uuid:look>/answers/",
        second_looks.second_look_answer,
        name="second-look-answers",
    ),
    path("<slug:organization>/reviews/allowances/", allowances.allowance_list, name="allowances"),
    path(
        "<slug:organization>/reviews/allowances/<uuid:allowance>/ending/",
        allowances.allowance_ending,
        name="allowance-ending",
    ),
    path("<slug:organization>/reviews/<uuid:review>/", views.review_show, name="review"),
    path("<slug:organization>/reviews/<uuid:review>/access/", views.review_access, name="access"),
    path("<slug:organization>/reviews/<uuid:review>/decisions/", views.decision_create, name="decisions"),
    path("<slug:organization>/reviews/<uuid:review>/snoozes/", views.snooze_create, name="snoozes"),
    path(
        "<slug:organization>/reviews/<uuid:review>/delegations/",
        passing_on.delegation_new,
        name="delegations",
    ),
    path("<slug:organization>/reviews/<uuid:review>/claim/", passing_on.claim, name="claim"),
    path(
        "<slug:organization>/reviews/<uuid:review>/claim/ending/",
        passing_on.claim_ending,
        name="claim-ending",
    ),
]
