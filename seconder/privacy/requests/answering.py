"""Answering: that it arrived, that it takes longer, and what came of it. Each is told by mail."""

from __future__ import annotations

import uuid

from django.db import transaction
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor, demand
from seconder.accounts.identity import letters
from seconder.accounts.models import Membership
from seconder.core.clock import now
from seconder.core.refusals import AlreadyFinished, Conflict, Invalid
from seconder.events.recording import record
from seconder.privacy.models import DataSubjectRequest
from seconder.privacy.requests import deadlines


@transaction.atomic
def acknowledge(actor: Actor, one: DataSubjectRequest) -> None:
    locked = _pending(actor, one)
    if locked.state == "acknowledged":
        return
    locked.state, locked.acknowledged_at = "acknowledged", now()
    locked.save(update_fields=["state", "acknowledged_at"])
    record("request.acknowledged", locked, actor.by)
    _write("request_acknowledged", locked)


@transaction.atomic
def extend(actor: Actor, one: DataSubjectRequest, why: str) -> None:
    """Once, and before the first month is over. Raises Conflict."""
    locked = _pending(actor, one)
    if locked.is_extended or locked.answer_by is None or locked.answer_by < now():
        raise Conflict("It can be put off once, and only before the month is over.")
    locked.is_extended, locked.answer_by = True, deadlines.answer_by(locked.asked_at, is_extended=True)
    locked.save(update_fields=["is_extended", "answer_by"])
    record("request.extended", locked, actor.by)
    _write("request_extended", locked, why=_said(why))


@transaction.atomic
def answer(actor: Actor, one: DataSubjectRequest, text: str, *, is_refused: bool = False) -> None:
    """Ends it, with words that the person gets."""
    locked = _pending(actor, one)
    locked.state, locked.ended_at = "refused" if is_refused else "answered", now()
    locked.answer, locked.answered_by = _said(text), actor.person.pk
    locked.save(update_fields=["state", "ended_at", "answer", "answered_by"])
    record("request.refused" if is_refused else "request.answered", locked, actor.by)
    _write("request_answered", locked, text=locked.answer, is_refused=is_refused)


def remind(request_id: uuid.UUID) -> None:
    """Tells those who answer that a deadline is near, or past; nothing where it was met."""
    with scopes_disabled():
        one = (
            DataSubjectRequest.objects.pending().select_related("organization").filter(pk=request_id).first()
        )
        due = getattr(one, one.next_deadline) if one else None
        if one is None or due is None or due - deadlines.WARNING > now():
            return
        seats = Membership.objects.active().having("privacy.manage").select_related("person")
        for seat in seats.filter(organization=one.organization):
            letters.write(
                "privacy/letters/request_due",
                seat.person.email,
                one=one,
                due=due,
                organization=one.organization,
            )


def _pending(actor: Actor, one: DataSubjectRequest) -> DataSubjectRequest:
    demand(actor, "privacy.manage")
    locked = (
        DataSubjectRequest.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=one.pk)
    )
    if locked.state not in ("open", "acknowledged"):
        raise AlreadyFinished("This request has been answered already.")
    return locked


def _said(text: str) -> str:
    if not text.strip():
        raise Invalid("Say it in words: the person gets them.", path="text")
    return text.strip()


def _write(letter: str, one: DataSubjectRequest, **more: object) -> None:
    facts = {
        "what": one.get_kind_display(),
        "organization": one.organization.name,
        "answer_by": one.answer_by,
        **more,
    }
    letters.write(f"privacy/letters/{letter}", str(one.address), **facts)


def objects(person_id: uuid.UUID, _purpose: str) -> bool:
    """The judge of what an objection stops: from the moment at which it is made, and as long as it is not refused."""
    with scopes_disabled():
        rows = DataSubjectRequest.objects.filter(person_id=person_id, kind__in=("objection", "restriction"))
        return not rows.exclude(state__in=("unproved", "refused")).exists()
