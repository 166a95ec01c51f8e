"""Putting a review aside, over the API."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router, Schema

from seconder.accounts.gate import Asked
from seconder.accounts.repeating import once
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door
from seconder.core.refusals import NotFound
from seconder.verification import snoozing
from seconder.verification.deciding import hindrance
from seconder.verification.models import Review

router = Router(tags=["reviews"])


class SnoozeIn(calls.Fields):
    """`until`: a time with its zone (RFC 3339), from now on and before the review is due."""

    until: str


class Snoozed(Schema):
    until: str | None


# As with decisions: who may is refused by the rule.
@router.post(
    "/reviews/{id}/snooze",
    response={201: Snoozed},
    summary="Put a review aside for oneself, until then",
    openapi_extra=calls.takes(SnoozeIn),
)
@door("reviews.read", rule="reviews.decide")
def snooze(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    one = _find(request, id)
    return once(request, request.actor, lambda: _snooze(request, one))


def _snooze(request: Asked, review: Review) -> HttpResponse:
    if refused := hindrance(review, request.actor):
        raise refused  # before whatever is malformed, as of decisions
    until = snoozing.moment(calls.body(request, SnoozeIn).until)
    snoozing.snooze(review, request.actor, until)
    return calls.answer({"until": rfc3339(until)}, 201, location=f"/api/v1/reviews/{review.pk}")


@router.delete("/reviews/{id}/snooze", response=Snoozed, summary="Bring a review back into one's inbox")
@door("reviews.read", rule="reviews.decide")
def snooze_ending(request: Asked, id: str) -> HttpResponse:  # noqa: A002  as above
    snoozing.snooze(_find(request, id), request.actor, None)
    return calls.answer({"until": None})


def _find(request: Asked, review_id: str) -> Review:
    found = Review.objects.visible_to(request.actor).filter(pk=calls.id_of(review_id)).first()
    if found is None:
        raise NotFound("There is no such review here.")
    return found
