"""Asking, by somebody who is signed in, or at an address that we hold. Nobody learns from it whether we hold one: the
page answers alike, and a worker looks."""

from __future__ import annotations

import hmac
import secrets
import uuid
from datetime import timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from seconder.accounts.identity import letters
from seconder.accounts.models import Membership, Organization, Person
from seconder.accounts.organizations.operator import operator
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.purposes import purpose
from seconder.core.refusals import Conflict, Invalid, NotFound
from seconder.engine import at, enqueue
from seconder.events.by import SYSTEM
from seconder.events.recording import record
from seconder.privacy.holdings.finding import holdings
from seconder.privacy.models import Agreement, DataSubjectRequest
from seconder.privacy.requests import deadlines
from seconder.privacy.subject import Subject

SEND, REMIND = "privacy.send_code", "privacy.remind"
LASTS = timedelta(minutes=30)  # of a code
MOST_TRIES = 5
LONGEST = 5_000  # characters


@transaction.atomic
def ask(person: Person, kind: str, text: str) -> DataSubjectRequest:
    """By somebody who has just proved who they are. Raises Conflict where the same is asked already."""
    with scopes_disabled():
        if DataSubjectRequest.objects.filter(person_id=person.pk, kind=kind).pending().exists():
            raise Conflict("You asked for this already. The answer is on its way.")
    made = _made(kind, person.email, text, person)
    _open(made)
    return made


def own(person: Person) -> list[DataSubjectRequest]:
    """What somebody asked, the latest first."""
    with scopes_disabled():
        rows = DataSubjectRequest.objects.filter(person_id=person.pk).exclude(state="unproved")
        return list(rows.select_related("organization").order_by("-pk"))


@transaction.atomic
def ask_at(address: str, kind: str, text: str) -> uuid.UUID:
    """By whoever says that they read mail there; the id, under which the code is asked for."""
    made = _made(kind, address.strip(), text, None)
    enqueue(SEND, request=str(made.pk))
    return made.pk


@transaction.atomic
def send_code(request_id: uuid.UUID) -> None:
    """To the address, where something is held of whoever reads mail there. Else the request has a code as well, which
    nobody is told: it answers as slowly and as quickly as any other, and is forgotten within a day."""
    with purpose("privacy.requests"), scopes_disabled():
        rows = DataSubjectRequest.objects.select_for_update(of=("self",))
        made = rows.filter(pk=request_id, state="unproved", code_hash="").first()
        if made is None:
            return
        address, code = str(made.address), f"{secrets.randbelow(1_000_000):06}"
        made.code_hash = _hash(made.pk, code)
        made.save(update_fields=["code_hash"])
        if any(held.rows.exists() for held in holdings(Subject.at(address))):
            minutes = int(LASTS.total_seconds() // 60)
            letters.write("privacy/letters/request_code", address, code=code, minutes=minutes)


def prove(request_id: uuid.UUID, code: str) -> DataSubjectRequest:
    """Opens the request with the code that was sent. Raises Invalid, alike for a wrong code, one that is over its time
    and a request that there is not."""
    wrong = Invalid("This is not the code, or it is over its time. Ask for it again.", path="code")
    with transaction.atomic(), scopes_disabled():
        made = DataSubjectRequest.objects.select_for_update().filter(pk=request_id, state="unproved").first()
        if made is None:
            raise wrong
        made.tries += 1
        made.save(update_fields=["tries"])
        is_over = made.tries > MOST_TRIES or made.asked_at < now() - LASTS
        is_right = not is_over and hmac.compare_digest(made.code_hash, _hash(made.pk, code.strip()))
        if is_right:
            person = Person.objects.by_email(str(made.address))
            made.person_id = person.pk if person else None
            made.organization = _responsible(person)
            made.code_hash = ""  # a proof is not kept
            _open(made)
    if not is_right:
        raise wrong
    return made


def _made(kind: str, address: str, text: str, person: Person | None) -> DataSubjectRequest:
    made = DataSubjectRequest(
        organization=_responsible(person), kind=kind, address=address, text=text[:LONGEST]
    )
    made.person_id = person.pk if person else None
    made.save(force_insert=True)
    return made


def _open(made: DataSubjectRequest) -> None:
    moment = now()
    made.state, made.asked_at = "open", moment
    made.acknowledge_by, made.answer_by = deadlines.acknowledge_by(moment), deadlines.answer_by(moment)
    made.save()
    record("request.opened", made, SYSTEM, kind=made.kind)
    for due in (made.acknowledge_by, made.answer_by):
        at(due - deadlines.WARNING, REMIND, request=str(made.pk))
    letters.write("privacy/letters/request_opened", str(made.address), **_facts(made))


def _facts(made: DataSubjectRequest) -> dict[str, object]:
    return {
        "what": made.get_kind_display(),
        "organization": made.organization.name,
        "answer_by": made.answer_by,
        "contact": made.organization.postal_address,
    }


def _responsible(person: Person | None) -> Organization:
    """The organization that decides about the person's data by a signed agreement; else who runs the installation."""
    with scopes_disabled():
        seats = (
            Membership.objects.filter(person=person).select_related("organization").order_by("pk")
            if person
            else []
        )
        for seat in seats:
            signed = Agreement.in_force(seat.organization)
            if signed and signed.standing == "customer":
                return seat.organization
    found = operator()
    if found is None:
        raise NotFound("Nobody runs this installation yet who could answer.")
    return found


def _hash(request: uuid.UUID, code: str) -> str:
    return keyed_hash(f"{request} {code}", "request-codes")
