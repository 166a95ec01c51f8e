"""The page of second looks: what happened without being asked for, each with Fine and Not fine."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts.gate import Asked
from seconder.accounts.naming import people
from seconder.core.doors import door
from seconder.core.refusals import NotFound, Refusal
from seconder.core.responses import SeeOther
from seconder.verification import behind, looking_again, pages
from seconder.verification.card import card, second_looks
from seconder.verification.models import Review, SecondLook

SHOWN = 50


@door("reviews.read")
@require_safe
def second_look_list(request: Asked, organization: str) -> HttpResponse:
    return _page(request, organization)


@door("reviews.read", rule="reviews.decide")
@require_POST
def second_look_answer(request: Asked, organization: str, look: uuid.UUID) -> HttpResponse:
    note = request.POST.get("note", "")
    try:
        looking_again.answer(look, request.actor, request.POST.get("verdict", ""), note)
    except NotFound:
        raise
    except Refusal as refused:
        return _page(request, organization, refused=refused, at=look, note=note)
    messages.success(request, "Your second look is recorded.")
    return SeeOther(reverse("verification:second-looks", args=[organization]))


def _page(
    request: Asked,
    organization: str,
    *,
    refused: Refusal | None = None,
    at: uuid.UUID | None = None,
    note: str = "",
) -> HttpResponse:
    waits = list(SecondLook.objects.answerable_by(request.actor).order_by("pk")[:SHOWN])
    seen = SecondLook.objects.visible_to(request.actor).exclude(verdict=None)
    lines = _lines([*waits, *seen.order_by("-answered_at")[:SHOWN]], request)
    for line in lines:
        is_here = line["id"] == at
        line["note_typed"], line["error"] = (note, refused.detail) if is_here and refused else ("", "")
    shown = {
        "waiting": lines[: len(waits)],
        "answered": lines[len(waits) :],
        "refused": refused.detail if refused and not any(line["error"] for line in lines) else "",
        "inbox_url": reverse("verification:inbox", args=[organization]),
    }
    return render(request, "verification/second_looks.html", shown, status=refused.status if refused else 200)


def _lines(
    looks: Sequence[SecondLook], request: Asked
) -> list[dict[str, Any]]:  # Any: what the template names
    who = [
        person for look in looks for person in (look.requester_id, look.given_by, look.answered_by) if person
    ]
    names = people(who)
    agents = behind.agents(request.actor) if looks else {}
    slug = request.actor.organization.slug
    return [
        {
            "id": look.pk,
            "title": look.title,
            "agent": agents.get(look.agent, look.agent),
            "requester": pages.name_of(names, look.requester_id),
            "opened_at": look.opened_at,
            "because": f"{pages.name_of(names, look.given_by)} allowed the like for a while"
            if look.given_by
            else "the agent’s policy allows it",
            **_card(look),
            "verdict": look.verdict,
            "note": look.note or "",
            "by": pages.name_of(names, look.answered_by) if look.answered_by else "",
            "answered_at": look.answered_at,
            "answer_url": reverse("verification:second-look-answers", args=[slug, look.pk]),
        }
        for look in looks
    ]


def _card(look: SecondLook) -> dict[str, Any]:  # Any: as above
    """As the card of a review shows it."""
    shown = card(Review(card=look.card))
    return {
        "rows": [{**row, "remarks": second_looks(row.get("value"))} for row in shown.rows],
        "texts": [{**text, "remarks": second_looks(text["text"])} for text in shown.texts],
    }
