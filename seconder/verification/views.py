from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seconder.accounts.access import Sight, access_page
from seconder.accounts.freshness import NotFresh
from seconder.accounts.gate import Asked
from seconder.core.doors import door
from seconder.core.refusals import NotFound, Refusal
from seconder.core.responses import SeeOther
from seconder.ui import uploads
from seconder.verification import answering, inbox, inbox_page, measures_page, pages, snoozing
from seconder.verification.forms import DecisionForm
from seconder.verification.models import Review

SIGHT = Sight("review", "reviews.read", "runs.read-all", {"reviews.decide": "decide it while it is open"})


@door("reviews.read")
@require_safe
def review_list(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """The inbox. `?tab=` one of `inbox.TABS`; `agent`, `risk`, `due` and `requester` narrow it down; `after` is the
    cursor of the page before."""
    shown = inbox_page.page(request.actor, request.GET.dict(), request.get_full_path())
    return render(request, f"verification/inbox.html{_part(request, 'list')}", shown)


@door("reviews.read")
@require_safe
def review_count(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """The number for the rail; nothing when there is none."""
    return HttpResponse(inbox.count([inbox.mine(request.actor)]))


@door("runs.read-all")
@require_safe
def measures(request: Asked, organization: str) -> HttpResponse:  # noqa: ARG001  the door reads it
    """`?days=` 7, 30 or 90."""
    shown = measures_page.page(request.actor, request.GET.get("days", ""))
    return render(request, "verification/measures.html", shown)


@door("reviews.read")
@require_safe
def review_show(request: Asked, organization: str, review: uuid.UUID) -> HttpResponse:  # noqa: ARG001  as above
    """The card. `?edit` shows the values as fields."""
    page = answering.page(request.actor, find(request, review), is_editing="edit" in request.GET)
    return render(request, "verification/review.html", page)


@door("reviews.read", rule="people.read")
@require_safe
def review_access(request: Asked, organization: str, review: uuid.UUID) -> HttpResponse:
    one = find(request, review)
    return access_page(request, one, SIGHT, str(one.question), pages.address(one, organization))


@door("reviews.read", rule="reviews.decide")
@require_POST
def decision_create(request: Asked, organization: str, review: uuid.UUID) -> HttpResponse:
    """Decides. What stands against it is said on the card, with everything that was typed."""
    one = find(request, review)
    form = DecisionForm.of(one, request.POST.dict(), uploads.given(request))
    try:
        form.give(one, request.actor)
    except NotFresh:
        raise  # on to the second factor, and then this answer is given
    except Refusal as refused:
        page = answering.page(request.actor, find(request, review), form=form, refused=refused)
        return render(request, "verification/review.html", page, status=refused.status)
    messages.success(request, answering.said(one, form.verdict))
    return SeeOther(reverse("verification:review", args=[organization, review]))


@door("reviews.read", rule="reviews.decide")
@require_POST
def snooze_create(request: Asked, organization: str, review: uuid.UUID) -> HttpResponse:
    """Puts the review aside until the time `until`; without one it is back at once."""
    one = find(request, review)
    try:
        until = snoozing.read(request.POST.get("until", ""))
        snoozing.snooze(one, request.actor, until)
    except Refusal as refused:
        messages.error(request, refused.detail)  # it is no answer that was not taken
        page = answering.page(request.actor, one)
        return render(request, "verification/review.html", page, status=refused.status)
    if until is None:
        messages.success(request, f"Back in your inbox: {one.question}")
        return SeeOther(reverse("verification:review", args=[organization, review]))
    messages.success(request, f"Put aside: {one.question}")
    return SeeOther(reverse("verification:inbox", args=[organization]))


def find(request: Asked, review: uuid.UUID) -> Review:
    """Raises NotFound, of what is not there and of what one may not see."""
    found = Review.objects.visible_to(request.actor).filter(pk=review).first()
    if found is None:
        raise NotFound("There is no such review here, or it is not yours to see.")
    return found


def _part(request: HttpRequest, name: str) -> str:
    return f"#{name}" if request.headers.get("HX-Request") == "true" else ""
