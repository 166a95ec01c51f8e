"""The page of what is allowed for now: with what it let through, and a button that takes it back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts.actor import can
from seconder.accounts.gate import Asked
from seconder.accounts.naming import people
from seconder.core.clock import now
from seconder.core.doors import door
from seconder.core.responses import SeeOther
from seconder.verification import allowing, behind, likeness, pages
from seconder.verification.models import Allowance, Decision, Review

KEPT = timedelta(days=30)  # on the page, after it was given
SHOWN = 100


@door("reviews.read")
@require_safe
def allowance_list(request: Asked, organization: str) -> HttpResponse:
    rows = Allowance.objects.visible_to(request.actor).filter(given_at__gt=now() - KEPT)
    found = list(rows.order_by("-given_at")[:SHOWN])
    lines = _lines(found, organization, request)
    live = [line for line in lines if line["is_live"]]
    shown = {
        "live": live,
        "over": [line for line in lines if not line["is_live"]],
        "inbox_url": reverse("verification:inbox", args=[organization]),
    }
    return render(request, "verification/allowances.html", shown)


@door("reviews.read", rule="reviews.decide")
@require_POST
def allowance_ending(request: Asked, organization: str, allowance: uuid.UUID) -> HttpResponse:
    ended = allowing.end(allowance, request.actor)
    messages.success(request, f"You are asked again: {ended.title}.")
    return SeeOther(reverse("verification:allowances", args=[organization]))


def _lines(
    rows: Sequence[Allowance], slug: str, request: Asked
) -> list[dict[str, Any]]:  # Any: what the template names
    names, under = people(row.given_by for row in rows), _under(rows, request)
    agents = behind.agents(request.actor) if rows else {}
    return [
        {
            "title": row.title,
            "agent": agents.get(row.agent, row.agent),
            "version": row.agent_version,
            "by": pages.name_of(names, row.given_by),
            "given_at": row.given_at,
            "ends_at": row.ends_at,
            "used": row.used,
            "most": row.most,
            "like": likeness.in_words(row.like or {}),
            "is_live": row.is_live,
            "over": _over(row),
            "ended_at": row.ended_at or row.ends_at,
            "reviews": pages.lines(under[row.pk], slug),
            "ending_url": reverse("verification:allowance-ending", args=[slug, row.pk])
            if can(request.actor, "reviews.decide", row)
            else "",
            "review_url": reverse("verification:review", args=[slug, row.review_id]),
        }
        for row in rows
    ]


def _over(row: Allowance) -> str:
    if row.ended_at:
        return f"ended early: {row.because}"
    return "used up" if row.used >= row.most else "over"


def _under(rows: Sequence[Allowance], request: Asked) -> dict[uuid.UUID, list[Review]]:
    """What each let through, as far as it may be seen."""
    found: dict[uuid.UUID, list[Review]] = {row.pk: [] for row in rows}
    votes = Decision.objects.filter(allowance_id__in=list(found)).order_by("-at")[: SHOWN * 5]
    of = dict(votes.values_list("review_id", "allowance_id"))
    for review in Review.objects.visible_to(request.actor).filter(pk__in=list(of)).order_by("-pk"):
        found[of[review.pk]].append(review)  # type: ignore[index]  # of those that have one
    return found
