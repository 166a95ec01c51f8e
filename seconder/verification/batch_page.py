"""The page on which several reviews are answered together: each card, and approve, reject or leave."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from seconder.accounts.gate import Asked
from seconder.core.doors import door
from seconder.core.responses import SeeOther
from seconder.ui.words import label
from seconder.verification import batching, pages
from seconder.verification.batching import Item, Outcome
from seconder.verification.card import card, second_looks
from seconder.verification.models import Review
from seconder.verification.pages import Line

LEAVE = "leave"
CHOICES = {"approve": "Approve", "reject": "Reject", LEAVE: "Leave it"}


@door("reviews.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: Asked, organization: str) -> HttpResponse:
    """`?review=` names them, once each; `?agent=&step=` all of one step, as far as they can be answered so."""
    if request.method != "POST":
        return _page(request, _asked(request))
    items = _items(request.POST)
    outcomes = batching.decide_each(request.actor, items) if items else []
    refused = {one.item.review: one for one in outcomes if one.refused}
    if decided := len(outcomes) - len(refused):
        messages.success(request, f"You answered {decided} review{'' if decided == 1 else 's'}.")
    if outcomes and not refused:
        return SeeOther(reverse("verification:inbox", args=[organization]))
    named = batching.ids(request.POST.getlist("review"))
    rows = list(batching.fit(request.actor).filter(pk__in=named).order_by("due_at", "pk"))
    return _page(
        request, rows, refused, said="" if outcomes else "Nothing was answered: you left all of them."
    )


def _items(posted: Any) -> list[Item]:  # Any: Django's QueryDict
    """Those of which something was said."""
    made = []
    for review in batching.ids(posted.getlist("review")):
        verdict = posted.get(f"{review}.verdict", LEAVE)
        if verdict != LEAVE:
            digest, note = posted.get(f"{review}.digest", ""), posted.get(f"{review}.note", "")
            made.append(Item(review, verdict, digest, note))
    return made


def _asked(request: Asked) -> list[Review]:
    rows = batching.fit(request.actor)
    if named := batching.ids(request.GET.getlist("review")):
        rows = rows.filter(pk__in=named)
    else:
        words = [request.GET.get(name, "").replace("\x00", "") for name in ("agent", "step")]
        rows = rows.filter(agent=words[0], step_id=words[1])
    return list(rows.order_by("due_at", "pk")[: batching.MOST])


def _page(
    request: Asked, rows: list[Review], refused: Mapping[uuid.UUID, Outcome] | None = None, said: str = ""
) -> HttpResponse:
    slug, refused = request.actor.organization.slug, refused or {}
    lines = pages.lines(rows, slug)
    shown = [
        {**line, **_card(row), **_typed(row, refused.get(row.pk))}
        for line, row in zip(lines, rows, strict=True)
    ]
    there = {row.pk for row in rows}
    status = 409 if refused else 422 if said else 200
    context = {
        "reviews": shown,
        "lost": [one.refused.detail for key, one in refused.items() if key not in there and one.refused],
        "likes": _likes(rows, lines, slug),
        "said": said,
        "choices": CHOICES.items(),
        "url": reverse("verification:batch", args=[slug]),
        "inbox_url": reverse("verification:inbox", args=[slug]),
    }
    return render(request, "verification/batch.html", context, status=status)


def _card(row: Review) -> dict[str, Any]:  # Any: what the template names
    shown = card(row)
    return {
        "id": str(row.pk),
        "digest": row.digest,
        "rows": [{**one, "remarks": second_looks(one.get("value"))} for one in shown.rows],
        "texts": [{**one, "remarks": second_looks(one["text"])} for one in shown.texts],
    }


def _typed(row: Review, outcome: Outcome | None) -> dict[str, str]:
    """What was said of one that was not taken. Where something else is shown now, it is to be said anew."""
    if outcome is None or outcome.refused is None:
        return {"verdict": LEAVE, "note": "", "error": ""}
    is_the_same = outcome.item.digest == row.digest
    verdict = outcome.item.verdict if is_the_same else LEAVE
    return {"verdict": verdict, "note": outcome.item.note, "error": outcome.refused.detail}


def _likes(rows: list[Review], lines: list[Line], slug: str) -> list[dict[str, str]]:
    """For each agent and step among them, all that waits of it."""
    here = reverse("verification:batch", args=[slug])
    names = {(row.agent, row.step_id): line["agent"] for row, line in zip(rows, lines, strict=True)}
    return [
        {
            "said": f"All of {name}, {label(step)}",
            "url": f"{here}?{urlencode({'agent': agent, 'step': step})}",
        }
        for (agent, step), name in names.items()
    ]
