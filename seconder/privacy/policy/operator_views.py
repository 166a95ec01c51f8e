"""The versions of the policy for whoever runs the installation: what differs by now, and publishing it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
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
    listed = list(PolicyVersion.objects.order_by("-number"))
    shown = {
        "draft": draft(),
        "versions": [(version, _told(version)) for version in listed],
        "unsaid": unsaid(),
        "weighs": _WEIGHS[draft().weight],
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


def _publish(request: Asked, form: PublishForm) -> PolicyVersion:
    said = form.cleaned_data
    return publish(request.actor, said["summary"], said["effective_on"], said["weight"])


def _told(version: PolicyVersion) -> str:
    """How many were told of it, and how many have read it."""
    notices = PolicyNotice.objects.filter(version=version)
    told, read = notices.count(), notices.filter(acknowledged_at__isnull=False).count()
    mailed = notices.filter(mailed_at__isnull=False).count()
    return f"{told} people told, {mailed} mailed, {read} have read it" if told else ""
