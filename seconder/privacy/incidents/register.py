"""The rules of the register: an incident is opened, described better and better, told of, closed with what was learned.
Each leaves a line by a named person that never changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from seconder.accounts.actor import Actor, demand
from seconder.accounts.models import Organization
from seconder.accounts.names import seen
from seconder.core.clock import now
from seconder.core.json import JSON
from seconder.core.refusals import AlreadyFinished, Conflict, Invalid
from seconder.events.recording import record
from seconder.privacy.incidents.clock import ALLOWED
from seconder.privacy.incidents.kinds_of_data import KINDS
from seconder.privacy.models import Entry, Incident
from seconder.privacy.models.incident import RISKS, ROLES

LONGEST_TITLE = 200
LONGEST_TEXT = 20_000
MOST_PEOPLE = 2_000_000_000
TOLD = {
    "authority": "The supervisory authority",
    "people": "The people concerned",
    "customer": "The customer",
}


@dataclass(frozen=True)
class Known:
    """What is known of an incident."""

    title: str
    description: str
    aware_at: datetime
    role: str = "controller"
    risk: str = "unknown"
    began_at: datetime | None = None
    ended_at: datetime | None = None
    kinds: Collection[str] = ()
    people: int | None = None
    consequences: str = ""
    measures: str = ""

    @classmethod
    def of(cls, incident: Incident) -> Known:
        return cls(**{field.name: getattr(incident, field.name) for field in fields(cls)})


@transaction.atomic
def open_incident(actor: Actor, known: Known) -> Incident:
    """Raises NotAllowed, Invalid with the place."""
    demand(actor, "incidents.manage")
    checked = _checked(known)
    Organization.objects.select_for_update(no_key=True).get(
        pk=actor.organization.pk
    )  # two at once: two numbers
    last = Incident.objects.aggregate(last=Max("number"))["last"] or 0
    incident = Incident(organization=actor.organization, number=last + 1)
    _describe(incident, checked)
    incident.save(force_insert=True)
    _write(actor, incident, "opened", checked.description)
    record("incident.opened", incident, actor.by, number=incident.number, role=incident.role)
    return incident


@transaction.atomic
def change(actor: Actor, incident: Incident, known: Known) -> list[str]:
    """Writes down what is known by now; the line keeps how it was before. The names of what changed."""
    found = _open(actor, incident)
    before, after = Known.of(found), _checked(known)
    changed = [
        field.name for field in fields(Known) if getattr(before, field.name) != getattr(after, field.name)
    ]
    if not changed:
        return []
    was = "\n".join(f"{name}: {getattr(before, name)}" for name in changed)
    _describe(found, after)
    found.save()
    names: list[JSON] = [*changed]
    _write(actor, found, "changed", was, changed=names)
    record("incident.changed", found, actor.by, changed=names)
    return changed


@transaction.atomic
def note(actor: Actor, incident: Incident, text: str, happened_at: datetime | None = None) -> Entry:
    found = _open(actor, incident)
    entry = _write(actor, found, "noted", _text("text", text, needed=True), _past("happened_at", happened_at))
    record("incident.noted", found, actor.by)
    return entry


@transaction.atomic
def notified(
    actor: Actor, incident: Incident, to: str, happened_at: datetime | None, text: str = ""
) -> Entry:
    """Says that somebody was told, and when. Telling the authority late needs the reason, which the law asks for."""
    found = _open(actor, incident)
    if to not in TOLD:
        raise Invalid(f"Say who was told: {', '.join(TOLD)}.", path="to")
    moment = _past("happened_at", happened_at) or now()
    if moment < found.aware_at:
        raise Invalid("Nobody can have been told before it was known.", path="happened_at")
    late = to == "authority" and moment > found.aware_at + ALLOWED
    entry = _write(actor, found, "notified", _why(text, late=late), moment, to=to, late=late)
    record("incident.notified", found, actor.by, to=to, late=late)
    return entry


@transaction.atomic
def close(actor: Actor, incident: Incident, lessons: str) -> None:
    """With what was learned. A risk that was never judged, or an authority that must be told, stands against it."""
    found = _open(actor, incident)
    learned = _text("lessons", lessons, needed=True)
    told = {entry.facts["to"] for entry in found.entries.filter(kind="notified")}
    if found.risk == "unknown":
        raise Conflict("Say first how large the risk to people is.")
    if found.role == "controller" and found.risk != "none" and "authority" not in told:
        raise Conflict(
            "With a risk to people the authority must be told. Mark when it was, or judge the risk anew."
        )
    if found.risk == "high" and found.role == "controller" and "people" not in told:
        raise Conflict(
            "With a high risk the people concerned must be told. Mark when they were, or judge the risk anew."
        )
    found.lessons, found.closed_at = learned, now()
    found.save(update_fields=["lessons", "closed_at"])
    _write(actor, found, "closed", learned)
    record("incident.closed", found, actor.by)


@transaction.atomic
def reopen(actor: Actor, incident: Incident, why: str) -> None:
    found = _locked(actor, incident)
    reason = _text("why", why, needed=True)
    if found.closed_at is None:
        raise Conflict("This incident is open.")
    found.closed_at = None
    found.save(update_fields=["closed_at"])
    _write(actor, found, "reopened", reason)
    record("incident.reopened", found, actor.by)


def _locked(actor: Actor, incident: Incident) -> Incident:
    demand(actor, "incidents.manage")
    return Incident.objects.visible_to(actor).select_for_update().get(pk=incident.pk)


def _open(actor: Actor, incident: Incident) -> Incident:
    found = _locked(actor, incident)
    if found.closed_at:
        raise AlreadyFinished("This incident is closed. Open it again to add to it.")
    return found


def _write(
    actor: Actor, incident: Incident, kind: str, text: str, happened_at: datetime | None = None, **facts: JSON
) -> Entry:
    moment = now()
    entry = Entry(
        incident=incident, kind=kind, by_id=actor.person.pk, text=text, facts=facts, at=moment,
        happened_at=happened_at or moment,
    )  # fmt: skip
    entry.save(force_insert=True)
    return entry


def _describe(incident: Incident, known: Known) -> None:
    for field in fields(Known):
        setattr(incident, field.name, getattr(known, field.name))


def _checked(known: Known) -> Known:
    title = seen(known.title)
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Invalid(f"Say in 1 to {LONGEST_TITLE} characters what it is.", path="title")
    if known.role not in ROLES or known.risk not in RISKS:
        raise Invalid(f"The role is {' or '.join(ROLES)}, the risk {', '.join(RISKS)}.", path="role")
    if strange := sorted(set(known.kinds) - set(KINDS)):
        raise Invalid(f"There is no kind of data {strange[0][:60]!r}.", path="kinds")
    if known.people is not None and not 0 <= known.people <= MOST_PEOPLE:
        raise Invalid("This cannot be a number of people.", path="people")
    aware_at = _past("aware_at", known.aware_at)
    assert aware_at, "it was given"
    began_at, ended_at = _past("began_at", known.began_at), _past("ended_at", known.ended_at)
    if began_at and ended_at and ended_at < began_at:
        raise Invalid("It ended before it began.", path="ended_at")
    if began_at and began_at > aware_at:
        raise Invalid("It cannot have been known before it began.", path="began_at")
    return Known(
        title=title,
        description=_text("description", known.description, needed=True),
        aware_at=aware_at,
        role=known.role,
        risk=known.risk,
        began_at=began_at,
        ended_at=ended_at,
        kinds=sorted(set(known.kinds)),
        people=known.people,
        consequences=_text("consequences", known.consequences),
        measures=_text("measures", known.measures),
    )


def _past(path: str, moment: datetime | None) -> datetime | None:
    if moment and moment > now():
        raise Invalid("This has not happened yet.", path=path)
    return moment


def _text(path: str, given: str, *, needed: bool = False) -> str:
    text = given.strip()
    if needed and not text:
        raise Invalid("Write a sentence at least.", path=path)
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"This has at most {LONGEST_TEXT:,} characters.", path=path)
    return text


def _why(given: str, *, late: bool) -> str:
    text = _text("text", given)
    if late and not text:
        raise Invalid("This was more than 72 hours after it was known. Say why.", path="text")
    return text
