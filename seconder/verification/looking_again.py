"""Second looks: some of what happened without being asked for, because the policy or an allowance let it pass, is shown
to people afterwards. It decides nothing about the run and holds nothing up. What is not fine ends the allowance.

A keyed hash of the effect's key says which, so that nobody can choose what is looked at, nor learn it before.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor, demand
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.json import JSON, UNSTORABLE, Object, is_storable
from seconder.core.refusals import Conflict, Invalid, NotAllowed, NotFound
from seconder.core.rows import Part, insertion
from seconder.events.by import SYSTEM
from seconder.events.recording import prepare, record, recording
from seconder.verification.allowing import close
from seconder.verification.deciding import NOTE_LIMIT
from seconder.verification.models import Allowance, SecondLook
from seconder.verification.models.second_look import VERDICTS
from seconder.verification.roster import Roster


@dataclass(frozen=True)
class Happened:
    """An action that no person was asked for. `people` and `teams`: the agent's reviewers, by address and name."""

    organization_id: uuid.UUID
    run_id: uuid.UUID
    step_id: str
    key: str
    agent: str
    agent_version: int
    requester_id: uuid.UUID
    items: list[Object]
    people: list[str]
    teams: list[str]
    allowance_id: uuid.UUID | None
    given_by: uuid.UUID | None


def is_looked_at(key: str, percent: int) -> bool:
    """Whether this one is among so many of a hundred."""
    return int(keyed_hash(key, "second-looks")[:16], 16) * 100 < percent << 64


_OF_THOSE_WRITTEN = " WHERE subject_id IN (SELECT id FROM looks)"


def opening(happened: list[Happened]) -> list[Part]:
    """What to write for them; a few queries, where there are any. What two workers recorded is looked at once."""
    if not happened:
        return []
    with scopes_disabled():
        known = set(
            SecondLook.objects.filter(key__in=[h.key for h in happened]).values_list("key", flat=True)
        )
    roster = Roster.of({h.organization_id for h in happened}, with_teams=any(h.teams for h in happened))
    looks = [_look(one, roster) for one in happened if one.key not in known]
    if not looks:
        return []
    events = [prepare("second_look.opened", look, SYSTEM, None, **_facts(look)) for look in looks]
    rows, told = insertion(looks), recording(events)
    return [
        rows._replace(sql=f"{rows.sql} ON CONFLICT (key) DO NOTHING RETURNING id", name="looks"),
        told._replace(sql=told.sql + _OF_THOSE_WRITTEN),
    ]


def _look(one: Happened, roster: Roster) -> SecondLook:
    return SecondLook(
        organization_id=one.organization_id,
        key=one.key,
        run_id=one.run_id,
        step_id=one.step_id,
        agent=one.agent,
        agent_version=one.agent_version,
        requester_id=one.requester_id,
        card={"items": one.items, "schemas": {}},
        people=[str(person) for person in _people(one, roster)],
        allowance_id=one.allowance_id,
        given_by=one.given_by,
    )


def _people(one: Happened, roster: Roster) -> list[uuid.UUID]:
    """The reviewers, or else who runs the organization; neither who asked for it nor who allowed it."""
    home = one.organization_id
    for group in (roster.find(home, one.people, one.teams), roster.leaders(home)):
        if people := [person for person in group if person not in (one.requester_id, one.given_by)]:
            return people
    return roster.leaders(home)


def _facts(look: SecondLook) -> Object:
    allowance = {"allowance": str(look.allowance_id)} if look.allowance_id else {}
    return {"run": str(look.run_id), "effect": look.key, "people": list[JSON](look.people), **allowance}


def answer(look_id: uuid.UUID, actor: Actor, verdict: str, note: str = "") -> SecondLook:
    """fine or not_fine, with a note that says what. Raises a Refusal."""
    with transaction.atomic():
        held = SecondLook.objects.visible_to(actor).select_for_update(of=("self",))
        look = held.filter(pk=look_id, organization=actor.organization).first()
        if look is None:
            raise NotFound("There is no such second look here, or it is not yours to see.")
        admit(look, actor)
        _well_formed(verdict, note)
        look.verdict, look.note, look.answered_by, look.answered_at = (
            verdict,
            note.strip() or None,
            actor.person.pk,
            now(),
        )
        look.channel, look.strength = actor.channel, actor.strength
        look.save(update_fields=["verdict", "note", "answered_by", "answered_at", "channel", "strength"])
        record("second_look.answered", look, actor.by, None, verdict=verdict, **_facts(look))
        if verdict == "not_fine" and look.allowance_id:
            _end(look.allowance_id, actor)
    return look


def admit(look: SecondLook, actor: Actor) -> None:
    """Raises what stands against answering it at all."""
    demand(actor, "reviews.decide")
    if actor.person.pk == look.requester_id:
        raise NotAllowed("You asked for this, so somebody else looks at it.")
    if actor.person.pk == look.given_by:
        raise NotAllowed("You allowed this, so somebody else looks at it.")
    if look.verdict:
        raise Conflict("Somebody has looked at this already.", verdict=look.verdict)


def _well_formed(verdict: str, note: str) -> None:
    if verdict not in VERDICTS:
        raise Invalid("Say fine or not_fine.", path="verdict")
    if len(note) > NOTE_LIMIT or not is_storable(note):
        raise Invalid(f"{UNSTORABLE.format('The note')} At most {NOTE_LIMIT} characters.", path="note")
    if verdict == "not_fine" and not note.strip():
        raise Invalid("Say what is not fine: who allowed it and the owners read it.", path="note")


def _end(allowance_id: uuid.UUID, actor: Actor) -> None:
    with scopes_disabled():
        found = Allowance.objects.live().select_for_update(of=("self",)).filter(pk=allowance_id).first()
    if found:
        close(found, actor.by, "a second look found something not fine")
