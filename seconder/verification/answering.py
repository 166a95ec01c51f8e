"""The page of one review around its answer: whether one may give it, in which words, and what became of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from seconder.accounts.actor import Actor
from seconder.core.refusals import AlreadyDecided, AlreadyVoted, DigestChanged, Expired, Refusal
from seconder.ui.fields import Field
from seconder.verification import batching, pages, snoozing
from seconder.verification.allowance_form import allowance_fields
from seconder.verification.allowing import is_added_up
from seconder.verification.answer_form import answer_fields
from seconder.verification.forms import DecisionForm, edit_fields
from seconder.verification.models import Review
from seconder.verification.pages import Shown, Vote

SAID = {
    "approve": "You approved: {}",
    "edit": "You approved with your values: {}",
    "reject": "You rejected: {}",
    "request_changes": "You asked for changes: {}",
    "answer": "You answered: {}",
}
_LATE = (AlreadyDecided, AlreadyVoted, Expired)
_WORDS = {
    "approved": "approved",
    "rejected": "rejected",
    "changes_requested": "asked for changes",
    "answered": "answered",
}


def page(
    actor: Actor,
    review: Review,
    *,
    form: DecisionForm | None = None,
    refused: Refusal | None = None,
    is_editing: bool = False,
) -> dict[str, Any]:  # Any: what the template names at its top
    """Everything on the page; `form` and `refused` of an answer that was not taken."""
    shown = Shown(actor, review)
    lines = pages.beside(actor, review)
    others = [line for line in lines if not line["here"]]
    return {
        **_answered(shown, form, refused, is_editing=is_editing),
        "review": shown.context() | shown.places(),
        "snooze": _snooze(actor, review),
        "like_url": _like_url(shown) if shown.refusal is None and batching.is_fit(review) else None,
        "reviews": lines,
        "inbox_url": reverse("verification:inbox", args=[actor.organization.slug]),
        "next": others[0] if others else None,
    }


def _like_url(shown: Shown) -> str:
    here = reverse("verification:batch", args=[shown.actor.organization.slug])
    return f"{here}?{urlencode({'agent': shown.review.agent, 'step': shown.review.step_id})}"


def alone(
    actor: Actor, review: Review, *, form: DecisionForm | None = None, refused: Refusal | None = None
) -> dict[str, Any]:  # Any: as above
    """The review and its answer, without what else waits and without anything that leads elsewhere."""
    shown = Shown(actor, review)
    return {
        **_answered(shown, form, refused, is_editing=False),
        "review": shown.context() | dict.fromkeys(shown.places()),
    }


def _answered(
    shown: Shown, form: DecisionForm | None, refused: Refusal | None, *, is_editing: bool
) -> dict[str, Any]:  # Any: as above
    return {
        "decision": _decision(shown, form, refused, is_editing=is_editing),
        "blocked": _blocked(shown),
        "is_late": isinstance(refused, _LATE),
        "unsent": form.note if form and refused and isinstance(refused, _LATE) else "",
        "refused": refused.detail if refused and not isinstance(refused, _LATE) else "",
    }


def said(review: Review, verdict: str) -> str:
    return SAID[verdict].format(review.question)


def _decision(
    shown: Shown, form: DecisionForm | None, refused: Refusal | None, *, is_editing: bool
) -> dict[str, Any] | None:  # Any: as above
    """The form, where this actor may answer now."""
    review = shown.review
    if shown.refusal is not None:
        return None
    editing = "edit" in review.answers and (is_editing or bool(form and form.is_edit))
    here = pages.address(review, shown.actor.organization.slug)
    return {
        "url": reverse("verification:decisions", args=[shown.actor.organization.slug, review.pk]),
        "digest": review.digest,
        "stage": review.stage,
        "approve_label": _approve_label(shown, editing=editing) if "approve" in review.answers else "",
        "reject_label": "Reject" if "reject" in review.answers else "",
        "changes_label": "Ask for changes" if "request_changes" in review.answers else "",
        "answer_label": "Answer",
        "editing": editing,
        "edit_url": f"{here}?edit" if "edit" in review.answers and review.schemas else None,
        "look_url": here,
        "allow": [] if editing else allowance_fields(review, form.typed if form else {}),
        "is_allowing": bool(form and form.allowance),
        "is_added_up": is_added_up(review),
        "fields": edit_fields(review, form) if editing else _answer_fields(review, form),
        "note_label": _note_label(review),
        "note": form.note if form else "",
        "note_error": form.note_error if form else "",
        "error": refused.detail if refused and not (form and form.note_error) else "",
        "changed": isinstance(refused, DigestChanged),
    }


def _answer_fields(review: Review, form: DecisionForm | None) -> list[Field]:
    is_answer = form is not None and form.verdict == "answer"
    return answer_fields(review, form.typed if form else None, form.errors if form and is_answer else None)


def _note_label(review: Review) -> str:
    asks = "request_changes" in review.answers
    return f"Note (needed when you reject{' or ask for changes' if asks else ''})"


def _snooze(actor: Actor, review: Review) -> dict[str, Any]:  # Any: as above
    """Putting it aside; shown where this actor may answer now."""
    return {
        "url": reverse("verification:snoozes", args=[actor.organization.slug, review.pk]),
        "until": snoozing.until(review, actor.person.pk),
        "choices": snoozing.choices(review),
    }


def _approve_label(shown: Shown, *, editing: bool) -> str:
    label = "Approve with these values" if editing else "Approve"
    does = shown.behind.doing if editing else shown.behind.approving
    return f"{label} and {does}" if does else label


def _blocked(shown: Shown) -> str:
    """Why one cannot answer, in a sentence; what is closed says so itself."""
    if shown.refusal is None or shown.review.status != "open":
        return ""
    if isinstance(shown.refusal, AlreadyVoted):
        mine = next((one for one in shown.decisions if one.person_id == shown.actor.person.pk), None)
        return _voted(pages.votes([mine], shown.names)[0]) if mine else shown.refusal.detail
    return shown.refusal.detail


def _voted(vote: Vote) -> str:
    return f"You {_WORDS[vote['verdict']]} this. It waits for the others who were asked."
