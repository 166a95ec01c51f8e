"""The site map: one include for each app. What anybody may open stands here too."""

from __future__ import annotations

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.http import require_safe

from seconder.api import api
from seconder.core import problems, security_txt
from seconder.core.doors import open_to_all
from seconder.core.refusals import NotFound
from seconder.engine.pulse import worker_seen
from seconder.events.signing import public_key
from seconder.runs import metrics


@open_to_all
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Says that this process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_all
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Whether work that arrives now is done: the database answers and a worker was seen."""
    try:
        found = {"database": True, "worker": worker_seen()}
    except OperationalError:
        found = {"database": False, "worker": False}
    return JsonResponse(
        found, status=200 if all(found.values()) else 503, headers={"Cache-Control": "no-store"}
    )


@open_to_all
@require_safe
def metrics_text(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@open_to_all
@require_safe
def audit_key(_request: HttpRequest) -> HttpResponse:
    """The public half of the key that signs exports of the record, for whoever verifies one elsewhere."""
    return JsonResponse({"algorithm": "Ed25519", "public_key": public_key()})


@open_to_all
@require_safe
def weakness_contact(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(security_txt.text(), content_type="text/plain; charset=utf-8")


@open_to_all
@require_safe
def problem_type(_request: HttpRequest, name: str) -> HttpResponse:
    """What a problem document's `type` leads to."""
    found = next((each for each in problems.types() if each.type == name), None)
    if found is None:
        raise NotFound("There is no such kind of problem.")
    return HttpResponse(f"{found.title}. (HTTP {found.status}, {found.type})\n", content_type="text/plain")


@open_to_all
def no_route(_request: HttpRequest) -> HttpResponse:
    raise NotFound("There is nothing at this address; /api/v1/openapi.json lists what there is.")


handler400 = "seconder.accounts.refusing.bad_request"
handler429 = "seconder.accounts.identity.limits.page"  # allauth looks for it here
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics_text),
    path(".well-known/seconder-audit-key", audit_key),
    path(security_txt.PATH, weakness_contact),
    path("problems/<slug:name>", problem_type),
    path("api/v1/", api.urls),
    re_path(r"^api/", no_route),
    path("", include("seconder.accounts.identity.urls")),
    path("", include("seconder.accounts.urls")),
    path("", include("seconder.telemetry.urls")),
    path("", include("seconder.privacy.urls")),
    path("", include("seconder.notifications.urls")),
    path("", include("seconder.verification.urls")),
    path("", include("seconder.agents.urls")),
    path("", include("seconder.runs.urls")),
]
