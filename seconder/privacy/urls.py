from django.urls import path

from seconder.privacy.agreements import views as agreements
from seconder.privacy.centre import deletion
from seconder.privacy.centre import views as centre
from seconder.privacy.choices import views as choices
from seconder.privacy.disclosures import views as disclosures
from seconder.privacy.incidents import views as incidents
from seconder.privacy.matters import views as matters
from seconder.privacy.place import views as place
from seconder.privacy.policy import operator_recipients, operator_views, own_views, recipient_views
from seconder.privacy.policy import views as policy
from seconder.privacy.records import views as records
from seconder.privacy.requests import public_views as asked
from seconder.privacy.requests import views as requests
from seconder.privacy.retention import views as retention

app_name = "privacy"
_ONE = "<slug:organization>/incidents/<uuid:incident>/"
_WENT = "account/privacy/disclosures"
_MATTER = "<slug:organization>/privacy/matters/<uuid:matter>"
urlpatterns = [
    path("<slug:organization>/privacy/data-map/", records.data_map, name="data-map"),
    path("<slug:organization>/privacy/data-map/records/<slug:form>/", records.records, name="records"),
    path("account/privacy/", centre.centre, name="centre"),
    path("account/privacy/export/", centre.exports, name="exports"),
    path("account/privacy/export/<uuid:export>/", centre.export_file, name="export-file"),
    path("account/privacy/requests/", asked.own_requests, name="own-requests"),
    path("privacy/requests/", asked.request_new, name="request-new"),
    path("privacy/requests/<uuid:asked>/", asked.request_code, name="request-code"),
    path("<slug:organization>/privacy/requests/", requests.request_list, name="requests"),
    path("<slug:organization>/privacy/requests/<uuid:asked>/", requests.request_show, name="request"),
    path(
        "<slug:organization>/privacy/requests/<uuid:asked>/acknowledgement/",
        requests.request_acknowledgement,
        name="request-acknowledgement",
    ),
    path("account/privacy/deletion/", deletion.deletion, name="deletion"),
    path("account/privacy/deletion/withdrawal/", deletion.withdrawal, name="deletion-withdrawal"),
    path(".well-known/gpc.json", choices.gpc, name="gpc"),
    path("privacy/choices/", choices.choices, name="choices"),
    path("account/privacy/choices/", choices.own_choices, name="own-choices"),
    path("account/privacy/choices/<uuid:consent>/receipt/", choices.receipt, name="receipt"),
    path(f"{_WENT}/", disclosures.disclosures, name="disclosures"),
    path(f"{_WENT}.csv", disclosures.disclosures_file, {"form": "csv"}, name="disclosures-csv"),
    path(f"{_WENT}.json", disclosures.disclosures_file, {"form": "json"}, name="disclosures-json"),
    path(f"{_WENT}/<slug:recipient>/", disclosures.disclosures_to, name="disclosures-to"),
    path("privacy/", policy.policy, name="policy"),
    path("privacy/policy.json", policy.policy_json, name="policy-json"),
    path("privacy/versions/", policy.versions, name="policy-versions"),
    path("privacy/versions/versions.json", policy.versions_json, name="policy-versions-json"),
    path("privacy/versions/feed.atom", policy.versions_feed, name="policy-feed"),
    path("privacy/versions/<int:number>/", policy.version, name="policy-version"),
    path("privacy/versions/<int:number>/policy.json", policy.version_json, name="policy-version-json"),
    path("privacy/recipients/", recipient_views.recipients, name="recipients"),
    path("privacy/recipients/news/", recipient_views.news_asking, name="news"),
    path("privacy/recipients/news/<str:token>/", recipient_views.news_confirmation, name="news-confirmation"),
    path("unsubscribe/recipients/<str:token>/", recipient_views.news_stopping, name="news-stopping"),
    path("privacy/cookies/", recipient_views.cookies, name="cookies"),
    path("account/privacy/notice/", own_views.notice, name="notice"),
    path("<slug:organization>/privacy/versions/", operator_views.versions, name="versions"),
    path(
        "<slug:organization>/privacy/recipients/", operator_recipients.recipients, name="operator-recipients"
    ),
    path(
        "<slug:organization>/privacy/recipients/<slug:recipient>/stop/",
        operator_recipients.stop_create,
        name="recipient-stop",
    ),
    path(
        "<slug:organization>/privacy/recipients/<slug:recipient>/resumption/",
        operator_recipients.resumption_create,
        name="recipient-resumption",
    ),
    path("<slug:organization>/privacy/notices/", operator_views.texts, name="texts"),
    path("<slug:organization>/privacy/versions/new/", operator_views.version_new, name="version-new"),
    path("<slug:organization>/privacy/", place.home, name="home"),
    path("<slug:organization>/privacy/matters/", matters.matter_list, name="matters"),
    path("<slug:organization>/privacy/matters/new/", matters.matter_new, name="matter-new"),
    path(f"{_MATTER}/", matters.matter_show, name="matter"),
    path(f"{_MATTER}/handovers/", matters.handover_create, name="handovers"),
    path(f"{_MATTER}/approvals/", matters.approval_create, name="approvals"),
    path(f"{_MATTER}/closure/", matters.matter_closure, name="matter-closure"),
    path("<slug:organization>/privacy/retention/", retention.retention, name="retention"),
    path("<slug:organization>/incidents/", incidents.incident_list, name="incidents"),
    path("<slug:organization>/incidents/new/", incidents.incident_new, name="incident-new"),
    path(_ONE, incidents.incident_show, name="incident"),
    path(f"{_ONE}changes/", incidents.incident_change, name="incident-change"),
    path(f"{_ONE}entries/", incidents.entry_create, name="entries"),
    path(f"{_ONE}notices/", incidents.notice_create, name="notices"),
    path(f"{_ONE}closure/", incidents.closure_create, name="closure"),
    path(f"{_ONE}reopening/", incidents.reopening_create, name="reopening"),
    path(f"{_ONE}drafts/<slug:to>/", incidents.draft_show, name="draft"),
    path(f"{_ONE}record/", incidents.record_show, name="record"),
    path("<slug:organization>/agreements/", agreements.agreement_list, name="agreements"),
    path("<slug:organization>/agreements/new/", agreements.agreement_new, name="agreement-new"),
    path("<slug:organization>/agreements/<uuid:agreement>/", agreements.agreement_show, name="agreement"),
]
