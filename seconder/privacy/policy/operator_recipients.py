"""Those who may get data, for whoever runs the installation: what is on, what is not said of them, and stopping one."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts.actor import can
from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core.doors import door
from seconder.core.recipients import ANY, CHOSEN, RECIPIENTS, Recipient
from seconder.core.refusals import Conflict
from seconder.core.responses import SeeOther
from seconder.privacy.disclosures import rules, stopping
from seconder.privacy.models import RecipientNews
from seconder.privacy.policy.publishing import in_force


@door("privacy.read", of_installation=True)
@require_safe
def recipients(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    stopped, named = rules.current().stopped, in_force().text.read["facts"]["recipients"]
    found = [
        _row(each, is_stopped=name in stopped, is_named=name in named)
        for name, each in sorted(RECIPIENTS.items())
    ]
    shown = {
        "rows": sorted(found, key=lambda row: not row["is_on"]),
        "subscribers": RecipientNews.objects.count(),
        "may_stop": can(request.actor, "privacy.manage"),
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "privacy/policy/operator_recipients.html", shown)


@door("privacy.manage", of_installation=True)
@require_POST
def stop_create(request: Asked, organization: str, recipient: str) -> HttpResponse:
    return _done(
        request, organization, lambda: stopping.stop(recipient), "Nothing goes there from this second on."
    )


@door("privacy.manage", of_installation=True)
@require_POST
def resumption_create(request: Asked, organization: str, recipient: str) -> HttpResponse:
    return _done(request, organization, lambda: stopping.resume(recipient), "It may get data again.")


def _done(request: Asked, organization: str, verb: Callable[[], object], said: str) -> HttpResponse:
    try:
        verb()
        messages.success(request, said)
    except Conflict as there:  # somebody else was faster
        messages.info(request, there.detail)
    return SeeOther(reverse("privacy:operator-recipients", args=[organization]))


def _row(one: Recipient, *, is_stopped: bool, is_named: bool) -> dict[str, object]:
    is_on = one.enabled() and not one.is_local
    asked = {
        "entity": "who it is",
        "countries": "where it is",
        "agreement": "the agreement",
        "since": "since when",
    }
    return {
        "one": one,
        "is_on": is_on,
        "is_stopped": is_stopped,
        "is_unnamed": is_on and not is_named,
        "hosts": [host for host in one.reached if host != ANY],
        "unsaid": [
            words
            for field, words in asked.items()
            if is_on and one.kind != CHOSEN and not getattr(one, field)
        ],
    }
