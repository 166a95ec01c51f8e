"""The requests that an organization answers."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.organizations.places import PRIVACY, tabs
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.core.responses import SeeOther
from seconder.privacy.models import DataSubjectRequest
from seconder.privacy.requests import answering
from seconder.privacy.requests.forms import AnswerForm
from seconder.ui.forms import given

SHOWN = 200


@door("privacy.manage")
@require_safe
def request_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """Those that wait, the most urgent first; then those that were answered."""
    rows = DataSubjectRequest.objects.visible_to(request.actor)
    # Each is under a key of its own: what the list does not show is not opened.
    waiting = sorted(rows.pending().defer("text", "answer"), key=lambda one: getattr(one, one.next_deadline))
    shown = {
        "waiting": waiting,
        "late": [one for one in waiting if one.is_late],
        "ended": list(
            rows.filter(state__in=("answered", "refused"))
            .defer("address", "text", "answer")
            .order_by("-ended_at")[:SHOWN]
        ),
        "tabs": tabs(request.actor, PRIVACY, request.path),
    }
    return render(request, "privacy/requests/list.html", shown)


@door("privacy.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def request_show(request: Asked, organization: str, asked: uuid.UUID) -> HttpResponse:
    """What was asked; POST answers it, puts it off, or refuses it."""
    one = _find(request, asked)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and given(form, lambda: _say(request, one, form)):
        messages.success(request, "They are told by mail.")
        return SeeOther(reverse("privacy:requests", args=[organization]))
    shown = {"one": one, "form": form, "is_pending": bool(one.next_deadline)}
    return render(request, "privacy/requests/one.html", shown, status=422 if form.errors else 200)


@door("privacy.manage")
@require_POST
def request_acknowledgement(request: Asked, organization: str, asked: uuid.UUID) -> HttpResponse:
    answering.acknowledge(request.actor, _find(request, asked))
    messages.success(request, "They are told that it arrived.")
    return SeeOther(reverse("privacy:request", args=[organization, asked]))


def _say(request: Asked, one: DataSubjectRequest, form: AnswerForm) -> bool:
    what, text = form.cleaned_data["what"], form.cleaned_data["text"]
    if what == "extended":
        answering.extend(request.actor, one, text)
    else:
        answering.answer(request.actor, one, text, is_refused=what == "refused")
    return True


def _find(request: Asked, asked: uuid.UUID) -> DataSubjectRequest:
    found = DataSubjectRequest.objects.visible_to(request.actor).filter(pk=asked).first()
    if found is None:
        raise NotFound("There is no such request here.")
    return found
