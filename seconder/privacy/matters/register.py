"""The rules of handing data over. What tells of single people needs a second person's yes; in an emergency nobody waits
for that, and somebody else looks at it within a day. Nothing is handed over after the last day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.accounts.names import seen
from seconder.core.clock import now
from seconder.core.refusals import AlreadyFinished, Conflict, Invalid, NotAllowed, NotFound
from seconder.events.recording import record
from seconder.privacy.models import Matter, MatterLine
from seconder.privacy.models.matter import KINDS

VERB = "privacy.manage"
LONGEST = timedelta(days=90)  # of a matter; what takes longer is opened anew, and thought of anew
TEXT = 2000  # characters
LOOKED_AT = timedelta(hours=24)  # within which somebody else looks at what an emergency asked for


@dataclass(frozen=True)
class Terms:
    kind: str
    party: str
    why: str
    is_personal: bool
    begins_on: date
    ends_on: date


@transaction.atomic
def open_matter(actor: Actor, terms: Terms) -> Matter:
    """Raises NotAllowed, or Invalid with the place."""
    demand(actor, VERB)
    if terms.kind not in KINDS:
        raise Invalid(f"{terms.kind[:60]!r} is none of {', '.join(KINDS)}.", path="kind")
    if not terms.begins_on <= terms.ends_on <= terms.begins_on + LONGEST:
        raise Invalid(
            f"A matter ends on or after its first day, {LONGEST.days} days later at most.", path="ends_on"
        )
    made = Matter(
        organization=actor.organization,
        kind=terms.kind,
        party=_text("party", terms.party),
        why=_text("why", terms.why),
        is_personal=terms.is_personal,
        begins_on=terms.begins_on,
        ends_on=terms.ends_on,
        opened_by_id=actor.person.pk,
    )
    made.save(force_insert=True)
    _write(actor, made, "opened")
    record("matter.opened", made, actor.by, kind=made.kind, personal=made.is_personal)
    return made


@transaction.atomic
def approve(actor: Actor, matter_id: uuid.UUID) -> None:
    """The second person's yes; of an emergency, that somebody else has looked at it."""
    found = _open(actor, matter_id)
    if found.approved_by_id:
        raise Conflict("Somebody has said yes to this already.")
    if found.opened_by_id == actor.person.pk:
        raise NotAllowed("You opened this, so somebody else says yes to it.")
    found.approved_by_id = actor.person.pk
    found.save(update_fields=["approved_by_id"])
    _write(actor, found, "looked at" if found.kind == "emergency" else "approved")
    record("matter.approved", found, actor.by)


@transaction.atomic
def hand_over(actor: Actor, matter_id: uuid.UUID, what: str, people: int) -> None:
    """Writes down what was handed over, and of how many people it tells."""
    found, day = _open(actor, matter_id), now().date()
    if found.waits:
        raise Conflict("Somebody else has to say yes first: this tells of single people.")
    if not found.begins_on <= day <= found.ends_on:
        raise Conflict(f"This is from {found.begins_on} until {found.ends_on}, and not today. Open another.")
    if people and not found.is_personal:
        raise Invalid(
            "This matter is for what tells of nobody: numbers, and texts without people.", path="people"
        )
    _write(actor, found, "handed over", _text("what", what), people)
    record("matter.handed_over", found, actor.by, people=people)


@transaction.atomic
def close(actor: Actor, matter_id: uuid.UUID) -> None:
    found = _open(actor, matter_id)
    if found.is_unseen and found.lines.filter(kind="handed over").exists():
        raise Conflict("Somebody else has to look first at what was handed over in the emergency.")
    found.closed_at = now()
    found.save(update_fields=["closed_at"])
    _write(actor, found, "closed")
    record("matter.closed", found, actor.by)


def is_late(matter: Matter) -> bool:
    """Whether nobody else has looked at an emergency in time."""
    return matter.is_unseen and now() > matter.opened_at + LOOKED_AT


def _open(actor: Actor, matter_id: uuid.UUID) -> Matter:
    demand(actor, VERB)
    found = Matter.objects.visible_to(actor).select_for_update().filter(pk=matter_id).first()
    if found is None:
        raise NotFound("There is no such matter here.")
    if found.closed_at:
        raise AlreadyFinished("This matter is closed. Open another.")
    return found


def _write(actor: Actor, matter: Matter, kind: str, text: str = "", people: int = 0) -> None:
    line = MatterLine(matter=matter, kind=kind, by_id=actor.person.pk, text=text, people=people)
    line.save(force_insert=True)


def _text(path: str, given: str) -> str:
    if not seen(given) or len(given) > TEXT:
        raise Invalid(f"This has 1 to {TEXT} characters.", path=path)
    return given.strip()
