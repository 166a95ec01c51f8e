"""Who can be asked: the members who may be assigned, by address and by team, as they are now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.accounts.roles import leads
from seconder.core.clock import now
from seconder.core.json import Object
from seconder.verification.asking import Asked
from seconder.verification.models import Absence
from seconder.verification.rule import per_team, teams
from seconder.verification.standing_in import absences, instead


@dataclass(frozen=True)
class _Member:
    person_id: uuid.UUID
    organization_id: uuid.UUID
    email: str
    is_leader: bool
    is_away: bool


class Roster:
    """Who can be asked, in the organizations of one batch: by address, by team, and those who run the organization."""

    def __init__(
        self, members: Iterable[_Member], teams: dict[tuple[uuid.UUID, str], list[uuid.UUID]]
    ) -> None:
        self._by_email = {(m.organization_id, m.email): m.person_id for m in members}
        self._members = {(m.organization_id, m.person_id) for m in members}
        away = {m.person_id for m in members if m.is_away}
        self._away = absences(away, now()) if away else []
        self._teams = teams
        self._leaders: dict[uuid.UUID, list[uuid.UUID]] = {}
        for m in members:
            if m.is_leader:
                self._leaders.setdefault(m.organization_id, []).append(m.person_id)

    @classmethod
    def load(cls, asked: list[Asked]) -> Roster:
        names_teams = any(
            a.teams
            or a.otherwise_teams
            or per_team(a.approve)
            or per_team(a.reject)
            or any(e[2] for e in a.escalate)
            for one in asked
            for a in one.stages
        )
        return cls.of({a.organization_id for a in asked}, with_teams=names_teams)

    @classmethod
    def of(cls, organizations: set[uuid.UUID], *, with_teams: bool) -> Roster:
        with scopes_disabled():
            rows = Membership.objects.assignable().filter(organization__in=organizations)
            away = Absence.objects.at(now()).filter(person_id=OuterRef("person_id"))
            columns = rows.annotate(is_away=Exists(away)).values_list(
                "person_id", "organization_id", "person__email", "is_away", "role", "custom_role__verbs"
            )
            members = [
                _Member(p, o, email.lower(), leads(*role), away) for p, o, email, away, *role in columns
            ]
            teams: dict[tuple[uuid.UUID, str], list[uuid.UUID]] = {}
            if with_teams:
                seats = rows.filter(teams__isnull=False)
                for person, organization, team in seats.values_list(
                    "person_id", "organization_id", "teams__name"
                ):
                    teams.setdefault((organization, team), []).append(person)
        return cls(members, teams)

    def find(self, organization: uuid.UUID, people: list[str], teams: list[str]) -> list[uuid.UUID]:
        """The persons meant, each once, in the order in which they are named."""
        named = [self._by_email.get((organization, email.lower())) for email in people]
        of_teams = [person for team in teams for person in self._teams.get((organization, team), [])]
        return list(dict.fromkeys(person for person in [*named, *of_teams] if person))

    def knows(self, organization: uuid.UUID, people: list[str], teams: list[str]) -> bool:
        """Whether each name is somebody who can be asked, or a team with anybody in it."""
        return all((organization, email.lower()) in self._by_email for email in people) and all(
            (organization, team) in self._teams for team in teams
        )

    def members(self, organization: uuid.UUID, people: Iterable[uuid.UUID]) -> list[uuid.UUID]:
        """Those of them who can still be asked."""
        return [person for person in people if (organization, person) in self._members]

    def seats(
        self, organization: uuid.UUID, people: Iterable[uuid.UUID], rule: Object
    ) -> dict[uuid.UUID, list[str]]:
        """Each of them with those teams of the rule that the person is in."""
        asked = {team: self._teams.get((organization, team), []) for team in teams(rule)}
        return {person: [team for team, of in asked.items() if person in of] for person in people}

    def instead(
        self, asked: Asked, people: Iterable[uuid.UUID], kept_out: set[uuid.UUID]
    ) -> dict[uuid.UUID, uuid.UUID]:
        """Each of them to whoever is asked in their place, as some are out of office."""
        home = asked.organization_id

        def may(person: uuid.UUID) -> bool:
            return (home, person) in self._members and person not in kept_out

        return instead(people, self._away, home, asked.agent, may)

    def leaders(self, organization: uuid.UUID) -> list[uuid.UUID]:
        return self._leaders.get(organization, [])


def still_there(organization: uuid.UUID, people: list[uuid.UUID]) -> list[uuid.UUID]:
    """Of people who were named when a review opened, those who may still be asked; where none is left, whoever runs
    the organization."""
    with scopes_disabled():
        rows = Membership.objects.assignable().filter(organization=organization, person__in=people)
        left = set(rows.values_list("person_id", flat=True))
    if not left:
        return Roster.of({organization}, with_teams=False).leaders(organization)
    return [person for person in people if person in left]
