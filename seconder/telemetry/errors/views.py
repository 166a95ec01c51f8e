from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core.doors import door
from seconder.core.refusals import Invalid, NotFound
from seconder.core.responses import SeeOther
from seconder.telemetry.errors import keeping
from seconder.telemetry.models import ErrorGroup
from seconder.telemetry.models.error_group import STATES

SHOWN = 100
_SAID = {
    "new": "The error is open again.",
    "seen": "It is marked as seen.",
    "solved": "It is marked as solved.",
}


@door("privacy.read", of_installation=True)
@require_safe
def error_list(request: Asked, organization: str) -> HttpResponse:
    """`?state=`: those of one state; else what is not solved."""
    wanted, here = request.GET.get("state"), reverse("telemetry:errors", args=[organization])
    found = ErrorGroup.objects.order_by("-last_at")
    found = found.filter(state=wanted) if wanted in STATES else found.exclude(state="solved")
    shown = {
        "errors": list(found[:SHOWN]),
        "states": [
            {"label": "Not solved", "url": here, "here": wanted not in STATES},
            *({"label": STATES[s], "url": f"{here}?state={s}", "here": wanted == s} for s in STATES),
        ],
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "telemetry/errors/list.html", shown)


@door("privacy.read", of_installation=True)
@require_safe
def error_show(request: Asked, organization: str, error: uuid.UUID) -> HttpResponse:  # noqa: ARG001  the door reads it
    found = ErrorGroup.objects.filter(pk=error).first()
    if found is None:
        raise NotFound("There is no such error any more; it is forgotten after 30 days.")
    rows = [
        {"label": "Kind", "value": found.kind},
        {"label": "Code", "value": found.code or "None"},
        {"label": "Page or call", "value": found.route or "None: it happened in the background"},
        {"label": "Process", "value": found.process},
        {"label": "Version", "value": found.release},
        {"label": "Times", "value": found.count},
    ]
    nexts = [(state, words) for state, words in _NEXT.items() if state != found.state]
    shown = {"error": found, "rows": rows, "nexts": nexts, "tabs": tabs(request.actor, PRIVACY, request.path)}
    return render(request, "telemetry/errors/error.html", shown)


_NEXT = {"solved": "Mark as solved", "seen": "Mark as seen", "new": "Open it again"}


@door("privacy.manage", of_installation=True)
@require_POST
def state_create(request: Asked, organization: str, error: uuid.UUID) -> HttpResponse:
    state = request.POST.get("state", "")
    if state not in STATES:
        raise Invalid("An error is new, seen or solved.", path="state")
    keeping.say(error, state)
    messages.success(request, _SAID[state])
    return SeeOther(reverse("telemetry:error", args=[organization, error]))
