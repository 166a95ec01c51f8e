"""The versions of the policy for whoever runs the installation: what differs by now, and publishing it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from seconder.accounts.actor import can
from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core.doors import door
from seconder.core.responses import SeeOther
from seconder.privacy.models import PolicyNotice, PolicyVersion
from seconder.privacy.policy import coming_texts, facts
from seconder.privacy.policy.forms import PublishForm
from seconder.privacy.policy.publishing import draft, publish
from seconder.privacy.policy.unsaid import unsaid
from seconder.ui.forms import given

_WEIGHS = {
    "editorial": "Nothing that matters to people: it can be in force today, and nobody is told.",
    "material": "It matters to people: everybody is told in the product and by mail before it is in force.",
    "consent-needed": "There is a new use: everybody is told before it is in force, and it is not made of what "
    "they gave before, unless they agree.",
}


@door("privacy.read", of_installation=True)
@require_safe
def versions(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    found = draft()
    shown = {
        "draft": found,
        "versions": _listed(),
        "unsaid": unsaid(),
        "weighs": _WEIGHS[found.weight],
        "may_publish": can(request.actor, "privacy.manage"),
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "privacy/policy/operator.html", shown)


@door("privacy.manage", of_installation=True)
@require_http_methods(["GET", "HEAD", "POST"])
def version_new(request: Asked, organization: str) -> HttpResponse:
    made = draft()
    form = PublishForm(made, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (version := given(form, lambda: _publish(request, form))):
        messages.success(request, f"Version {version.number} is published.")
        return SeeOther(reverse("privacy:versions", args=[organization]))
    shown = {
        "form": form,
        "draft": made,
        "weighs": _WEIGHS[made.weight],
        "days": settings.PRIVACY_NOTICE_DAYS,
    }
    return render(request, "privacy/policy/publish.html", shown, status=422 if form.errors else 200)


@door("privacy.read", of_installation=True)
@require_safe
def texts(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  as above
    """Notices for surfaces that are there, or will come."""
    shown = {
        "texts": coming_texts.texts(facts.of_installation()),
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "privacy/policy/texts.html", shown)


def _publish(request: Asked, form: PublishForm) -> PolicyVersion:
    said = form.cleaned_data
    return publish(request.actor, said["summary"], said["effective_on"], said["weight"])


def _listed() -> list[tuple[PolicyVersion, str]]:
    """Each with how many were told of it, and how many have read it."""
    rows = PolicyNotice.objects.values("version_id").annotate(
        told=Count("pk"), mailed=Count("mailed_at"), read=Count("acknowledged_at")
    )
    said = {
        row["version_id"]: f"{row['told']} people told, {row['mailed']} mailed, {row['read']} have read it"
        for row in rows
    }
    return [(each, said.get(each.pk, "")) for each in PolicyVersion.objects.order_by("-number")]
