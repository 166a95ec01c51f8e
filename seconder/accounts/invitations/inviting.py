from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from seconder.accounts.actor import Actor, can, demand
from seconder.accounts.invitations import letter
from seconder.accounts.models import Invitation, Membership, Team
from seconder.accounts.names import seen
from seconder.accounts.organizations.naming import checked_slug
from seconder.accounts.people.changing import may_give
from seconder.accounts.people.joining import role_called
from seconder.accounts.roles import verbs_of
from seconder.core.clock import now
from seconder.core.refusals import Conflict, Invalid, NotAllowed, TooMany
from seconder.events.recording import record

LONGEST_MESSAGE = 1000  # characters
LETTERS = 5  # to one address, for one invitation
BETWEEN = timedelta(minutes=10)  # from one such letter to the next
A_DAY = 20_000  # letters of one organization within 24 hours


def invite(actor: Actor, email: str, role: str, teams: Iterable[str] = (), message: str = "") -> Invitation:
    """Sends a link to the address, which may or may not have an account: the answer does not depend on it. Raises
    Invalid for what cannot be read, Conflict where the address is a member's or was invited, NotAllowed for a role
    that one cannot give, TooMany."""
    demand(actor, "people.manage")
    address, text = checked_address(email), checked_message(message)
    kind, own = role_called(role)
    may_give(actor, role, verbs_of(kind, own.verbs if own else None))
    _not_here(address)
    made = Invitation(
        organization=actor.organization,
        email=address,
        role=kind,
        custom_role=own,
        message=text or None,
        by=actor.person,
    )
    try:
        with transaction.atomic():
            _not_too_many(actor)
            Invitation.objects.unended().filter(email__iexact=address, expires_at__lte=now()).update(
                canceled_at=now()
            )
            token = made.renew()
            made.save()
            made.teams.set(teams_called(actor, teams))
            letter.put_aside(made, token)
            record("invitation.created", made, actor.by, role=role)
    except IntegrityError as open_one:
        raise Conflict(
            f"{address} is invited already. Send the invitation again, or cancel it first to change it."
        ) from open_one
    return made


@transaction.atomic
def send_again(actor: Actor, invitation: Invitation) -> None:
    """With a new link; the one before opens nothing any more."""
    locked = _locked(actor, invitation)
    if locked.letters >= LETTERS:
        raise Conflict(
            f"{LETTERS} letters went to {locked.email}. Ask whether they arrive, or cancel and invite anew."
        )
    if (past := now() - locked.sent_at) < BETWEEN:
        raise TooMany(
            "A letter went out a moment ago. Wait ten minutes before the next.",
            (BETWEEN - past).total_seconds(),
        )
    _not_too_many(actor)
    token = locked.renew()
    locked.by = actor.person  # who answers for it now
    locked.save()
    letter.put_aside(locked, token)
    record("invitation.sent_again", locked, actor.by)


@transaction.atomic
def cancel(actor: Actor, invitation: Invitation) -> None:
    locked = _locked(actor, invitation)
    locked.canceled_at = now()
    locked.save(update_fields=["canceled_at"])
    record("invitation.canceled", locked, actor.by)


def may_handle(actor: Actor, invitation: Invitation) -> None:
    demand(actor, "people.manage")
    if not can(actor, "people.manage", invitation):
        raise NotAllowed(
            f"This invites to a role ({invitation.role_name}) that you cannot give.", verb="people.manage"
        )


def _locked(actor: Actor, invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_related("custom_role", "organization", "by")
    locked = rows.select_for_update(of=("self",)).get(pk=invitation.pk)
    may_handle(actor, locked)
    if locked.accepted_at or locked.canceled_at:
        raise Conflict(f"This invitation is {locked.state} already.")
    return locked


def checked_address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as fault:
        raise Invalid(f"{email.strip()[:100]!r} is not an e-mail address.", path="email") from fault
    return address


def checked_message(message: str) -> str:
    """As one sees it, line by line."""
    text = "\n".join(seen(line) for line in message.strip().splitlines())
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(
            f"A message has at most {LONGEST_MESSAGE} characters; this has {len(text)}.", path="message"
        )
    return text


def teams_called(actor: Actor, names: Iterable[str]) -> list[Team]:
    """Those that there are, and those that there are not yet, where the actor may make teams."""
    return [_team(actor, name) for name in dict.fromkeys(names)]


def _team(actor: Actor, text: str) -> Team:
    try:
        name = checked_slug(text, "A team's short name")
    except ValidationError as fault:
        raise Invalid(f"{text[:50]!r} is no team. {fault.messages[0]}", path="teams") from fault
    found = Team.objects.filter(name=name).first()
    if found:
        return found
    if not can(actor, "teams.manage"):
        raise Invalid(f"There is no team {name!r} here.", path="teams")
    team, is_new = Team.objects.get_or_create(organization=actor.organization, name=name)
    if is_new:
        record("team.created", team, actor.by, team=name)
    return team


def _not_here(address: str) -> None:
    seat = Membership.objects.filter(person__email__iexact=address).first()
    if seat:
        what = (
            "is a member here already" if seat.is_active else "is suspended here; let them in again instead"
        )
        raise Conflict(f"{address} {what}.")


def _not_too_many(actor: Actor) -> None:
    day = timedelta(days=1)
    if Invitation.objects.filter(organization=actor.organization, sent_at__gt=now() - day).count() >= A_DAY:
        raise TooMany(f"{A_DAY} invitations went out within a day. Go on tomorrow.", day.total_seconds())
