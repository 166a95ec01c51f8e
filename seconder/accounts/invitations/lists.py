"""Inviting everybody on a list: taken in a part at a time by a worker, each line by itself, good ones among bad."""

from __future__ import annotations

import time
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor, demand
from seconder.accounts.invitations.inviting import checked_address, invite
from seconder.accounts.invitations.table import Line, read
from seconder.accounts.models import InvitationList
from seconder.core.clock import now
from seconder.core.refusals import Refusal
from seconder.engine import enqueue
from seconder.events.recording import record

INVITE = "accounts.invite_list"
PART = 1.0  # seconds of work in one transaction
DEFAULT_ROLE = "member"


@transaction.atomic
def take(actor: Actor, content: bytes) -> InvitationList:
    """Stores the list; a worker does the rest. Raises Invalid where it cannot be read as a table, TooLarge."""
    demand(actor, "people.manage")
    lines = read(content)
    made = InvitationList.objects.create(
        organization=actor.organization,
        by=actor.person,
        lines=[line.plain() for line in lines],
        total=len(lines),
    )
    record("invitationlist.created", made, actor.by, lines=len(lines))
    enqueue(INVITE, list=str(made.pk))
    return made


def lines_of(one: InvitationList) -> list[Line]:
    """None where they were erased with whoever gave them."""
    return [Line(**line) for line in one.lines] if isinstance(one.lines, list) else []


@transaction.atomic
def go_on(list_id: uuid.UUID) -> None:
    """The next part; the one after it follows by a job of its own. Doing it again goes on where it stood."""
    with scopes_disabled():
        rows = InvitationList.objects.select_for_update(of=("self",)).select_related("organization", "by")
        one = rows.filter(pk=list_id).exclude(status="succeeded").first()
    if one is None:
        return
    with scope(organization=one.organization_id):
        _do_part(one)
        if one.status != "succeeded":
            enqueue(INVITE, list=str(one.pk))


def _do_part(one: InvitationList) -> None:
    actor, lines = Actor.of_person(one.by, one.organization, "web"), lines_of(one)
    until = time.monotonic() + PART
    while one.done < len(lines) and time.monotonic() < until:
        if not lines[one.done].outcome:
            _invite(actor, lines[one.done])
        one.done += 1
    one.lines, one.status = [line.plain() for line in lines], "running"
    if one.done >= len(lines):
        one.status, one.finished_at = "succeeded", now()
    one.save(update_fields=["lines", "done", "status", "finished_at"])


def _invite(actor: Actor | None, line: Line) -> None:
    """One line, all of it or nothing of it."""
    try:
        with transaction.atomic():
            if actor is None:
                line.outcome, line.said = "refused", "Whoever gave this list is not a member here any more."
                return
            teams = [line.team] if line.team else []
            made = invite(
                actor, checked_address(line.email), line.role.lower() or DEFAULT_ROLE, teams, line.message
            )
            line.outcome, line.said = "invited", f"A letter is on its way to {made.email}."
    except Refusal as refused:
        line.outcome, line.said = "refused", refused.detail
    except ValidationError as fault:
        line.outcome, line.said = "refused", " ".join(fault.messages)
