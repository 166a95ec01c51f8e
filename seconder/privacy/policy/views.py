"""The policy as anybody reads it: page, JSON, versions, feed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seconder.core.clock import now, rfc3339
from seconder.core.doors import open_to_all
from seconder.core.refusals import Invalid, NotFound
from seconder.privacy import proofs
from seconder.privacy.clauses import CLAUSES
from seconder.privacy.models import PolicyVersion
from seconder.privacy.policy import feed, standing
from seconder.privacy.policy.publishing import draft, in_force


@open_to_all
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The version in force; with `?on=2026-11-25` the one that was in force when that day ended (UTC)."""
    asked = request.GET.get("on", "")
    return _shown(request, _on(asked) if asked else in_force())


@open_to_all
@require_safe
def policy_json(_request: HttpRequest) -> HttpResponse:
    return _document(in_force())


@open_to_all
@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    return _shown(request, _numbered(number))


@open_to_all
@require_safe
def version_json(_request: HttpRequest, number: int) -> HttpResponse:
    return _document(_numbered(number))


@open_to_all
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/policy/versions.html", {"versions": _all(), "current": in_force()})


@open_to_all
@require_safe
def versions_json(_request: HttpRequest) -> HttpResponse:
    listed = [
        {
            "number": each.number,
            "name": each.name,
            "digest": each.digest,
            "effective_from": rfc3339(each.effective_from),
            "weight": each.weight,
            "summary": each.summary,
            "changes": each.changes,
            "document": reverse("privacy:policy-version-json", args=[each.number]),
        }
        for each in _all()
    ]
    return JsonResponse({"in_force": in_force().number, "versions": listed})


@open_to_all
@require_safe
def versions_feed(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(feed.atom(_all()), content_type="application/atom+xml; charset=utf-8")


def _shown(request: HttpRequest, found: PolicyVersion) -> HttpResponse:
    current, proved = in_force(), proofs.read()
    is_current = found.number == current.number
    latest = draft() if is_current else None
    shown = {
        "version": found,
        "sections": found.text.read["sections"],
        "is_current": is_current,
        "coming": PolicyVersion.objects.coming() if is_current else None,
        "ahead": standing.ahead_of(found.text.read["facts"]) if is_current else [],
        "unsaid": [change.words for change in latest.changes] if latest else [],
        "proved_at": proved.at,
        "proved": [
            {"id": clause.id, "words": clause.words, "tests": tests}
            for clause in CLAUSES.values()
            if (tests := proved.of(clause.id))
        ],
        "json_url": reverse("privacy:policy-version-json", args=[found.number]),
    }
    return render(request, "privacy/policy/policy.html", shown)


def _document(found: PolicyVersion) -> HttpResponse:
    """Byte for byte what was published: its SHA-256 is the digest."""
    answer = HttpResponse(found.document, content_type="application/json; charset=utf-8")
    answer["ETag"] = f'"{found.digest}"'
    return answer


def _all() -> list[PolicyVersion]:
    return list(PolicyVersion.objects.order_by("-number")) or [in_force()]


def _numbered(number: int) -> PolicyVersion:
    found = next((each for each in _all() if each.number == number), None)
    if found is None:
        raise NotFound("There is no such version of the privacy policy.")
    return found


def _on(day: str) -> PolicyVersion:
    try:
        ends = datetime.combine(date.fromisoformat(day), time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as wrong:
        raise Invalid("A day is written like 2026-11-25.", path="on") from wrong
    found = PolicyVersion.objects.in_force(min(ends - timedelta(microseconds=1), now()))
    if found is None:
        raise NotFound("There was no privacy policy here on that day.")
    return found
