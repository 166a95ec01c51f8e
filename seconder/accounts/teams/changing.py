from __future__ import annotations

from django.db import IntegrityError, transaction

from seconder.accounts.actor import Actor, can, demand
from seconder.accounts.models import Membership, Team, TeamMember
from seconder.accounts.organizations.naming import checked_name, checked_slug
from seconder.accounts.people.belongings import bound
from seconder.core.refusals import Conflict, Invalid, NotAllowed
from seconder.events.recording import record


def make(actor: Actor, name: str, title: str = "") -> Team:
    """`name` is what agents' files call it, for good. Raises ValidationError, Conflict where there is one."""
    demand(actor, "teams.manage")
    made = Team(organization=actor.organization, name=short_name(name), title=title and checked_name(title))
    try:
        with transaction.atomic():
            made.save()
            record("team.created", made, actor.by, team=made.name)
    except IntegrityError as there:
        raise Conflict(f"There is a team {made.name} already.", path="name") from there
    return made


def short_name(text: str) -> str:
    """Raises ValidationError."""
    return checked_slug(text, "A team's short name")


@transaction.atomic
def rename(actor: Actor, team: Team, title: str) -> None:
    """What people read; agents' files go on calling it by its short name. Raises ValidationError."""
    may_manage(actor, team)
    team.title = checked_name(title)
    team.save(update_fields=["title"])
    record("team.renamed", team, actor.by)


@transaction.atomic
def delete(actor: Actor, team: Team) -> None:
    """Not while an agent's file in use names it: its reviews would go to others than the author meant, unseen. Open
    reviews keep the people who were asked."""
    demand(actor, "teams.manage")
    if agents := bound.naming_team(team.organization_id, team.name):
        named = ", ".join(agent.label for agent in agents[:3])
        more = f" and {len(agents) - 3} more" if len(agents) > 3 else ""
        raise Conflict(
            f"Agents ask this team: {named}{more}. Publish them anew with somebody else, then delete the team."
        )
    record("team.deleted", team, actor.by, team=team.name)
    team.delete()


@transaction.atomic
def put_in(actor: Actor, team: Team, seat: Membership) -> None:
    may_manage(actor, team)
    _, is_new = TeamMember.objects.get_or_create(team=team, membership=seat)
    if not is_new:
        raise Conflict(f"{seat.person.name} is in this team already.", path="to")
    record("team.member_added", team, actor.by, person=str(seat.person_id))


@transaction.atomic
def take_out(actor: Actor, team: Team, seat: Membership) -> None:
    """Of oneself anybody may. Open reviews keep the people who were asked."""
    if seat.person_id != actor.person.pk:
        may_manage(actor, team)
    gone, _ = TeamMember.objects.filter(team=team, membership=seat).delete()
    if not gone:
        raise Conflict(f"{seat.person.name} is not in this team.")
    record("team.member_removed", team, actor.by, person=str(seat.person_id))


@transaction.atomic
def set_lead(actor: Actor, team: Team, seat: Membership, *, is_lead: bool) -> None:
    may_manage(actor, team)
    changed = (
        TeamMember.objects.filter(team=team, membership=seat).exclude(is_lead=is_lead).update(is_lead=is_lead)
    )
    if changed:
        record("team.lead_changed", team, actor.by, person=str(seat.person_id), is_lead=is_lead)
    elif not TeamMember.objects.filter(team=team, membership=seat).exists():
        raise Invalid(f"{seat.person.name} is not in this team. Put them in first.", path="to")


def may_manage(actor: Actor, team: Team) -> None:
    if not can(actor, "teams.manage", team):
        raise NotAllowed(
            f"Whoever leads the team {team} changes it, or somebody who manages teams; your role is {actor.role}.",
            verb="teams.manage",
        )
