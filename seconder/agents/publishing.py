"""From a file's bytes to a published version: read it, check it against this organization, store it."""

from __future__ import annotations

from dataclasses import dataclass

from django_scopes import scope

from seconder.accounts.actor import Actor, demand
from seconder.accounts.models import Membership, Organization, Person, Team, TeamMember
from seconder.agents import tools
from seconder.agents.file import AgentFile
from seconder.agents.file.known import Colleague, ToolSpec
from seconder.agents.models import Agent


class OrganizationKnows:
    """What the checker asks: who is a member, which teams and tools there are. Three queries."""

    def __init__(self, organization: Organization) -> None:
        with scope(organization=organization.pk):
            seats = Membership.objects.active().select_related("person", "custom_role")
            members = {seat.pk: (seat.person.email.lower(), seat) for seat in seats}
            self._teams: dict[str, list[str]] = {team.name: [] for team in Team.objects.all()}
        self._members = {email: Colleague(seat.role_name, seat.verbs) for email, seat in members.values()}
        places = TeamMember.objects.filter(team__organization=organization)
        for name, member in places.values_list("team__name", "membership_id"):
            if member in members:
                self._teams[name].append(members[member][0])

    def person(self, email: str) -> Colleague | None:
        return self._members.get(email.lower())

    def team(self, name: str) -> list[str] | None:
        return self._teams.get(name)

    def tool(self, name: str) -> ToolSpec | None:
        return tools.spec(name)

    def leaders(self) -> list[str]:
        return [email for email, one in self._members.items() if "organization.manage" in one.verbs]


@dataclass(frozen=True)
class Published:
    """`is_first`: the agent did not exist before · `is_new`: a version was made (the same file makes none)."""

    agent: Agent
    warnings: tuple[str, ...]
    is_first: bool
    is_new: bool


def checked(
    actor: Actor, raw: bytes, content_type: str | None = None, expected_id: str | None = None
) -> AgentFile:
    """The file as it would be stored. Raises `file.faults.Refused` or `file.faults.TooLarge`."""
    # Imported here: checking needs pydantic, which a worker that only waits never loads.
    from seconder.agents.file.checking import check
    from seconder.agents.file.reading import read

    document = read(raw, content_type)
    knows = OrganizationKnows(actor.organization)
    return check(document, knows, expected_id=expected_id, owner=_owner(actor, document.get("id")))


def publish(
    actor: Actor, raw: bytes, content_type: str | None = None, expected_id: str | None = None
) -> Published:
    demand(actor, "agents.build")
    file = checked(actor, raw, content_type, expected_id)
    with scope(organization=actor.organization.pk):
        agent, is_new = Agent.publish(actor, file)
    return Published(
        agent, file.warnings, is_new and agent.latest is not None and agent.latest.number == 1, is_new
    )


def _owner(actor: Actor, slug: object) -> str:
    """The address of the agent's owner: who published it first."""
    with scope(organization=actor.organization.pk):
        owner_id = Agent.objects.filter(slug=str(slug)).values_list("owner_id", flat=True).first()
    if owner_id is None:
        return actor.person.email
    return Person.objects.filter(pk=owner_id).values_list("email", flat=True).first() or ""
