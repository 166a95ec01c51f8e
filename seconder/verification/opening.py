"""Opening reviews, many in a few statements, inside the caller's transaction.

People are fixed here: the assigned ones who are members and may be assigned, less those whom `forbid` keeps
out. Where the rule cannot be met by them it goes to the default reviewers with any of them deciding, and the
record says so: a review is never skipped for want of people.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership
from seconder.accounts.roles import leads
from seconder.core.clock import now, rfc3339
from seconder.core.ids import new_id
from seconder.core.json import JSON, Object
from seconder.core.rows import Part, insertion
from seconder.engine import NET, write
from seconder.events.by import SYSTEM
from seconder.events.recording import Occurrence, prepare, recording
from seconder.verification.asking import Asked
from seconder.verification.attempts import answers_at
from seconder.verification.models import Absence, Assignment, Review
from seconder.verification.rule import per_team, reachable, teams
from seconder.verification.standing_in import absences, instead

LANE = "reviews"
_SOON = timedelta(seconds=NET)  # what is due later, the lane finds by itself
ANY: Object = {"approve": "any", "reject": "any"}


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
            for a in asked
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


def open_reviews(asked: list[Asked]) -> list[Review]:
    """Opens all of them. The same run, step, call and attempt opens once; a second time is an IntegrityError."""
    reviews, parts = opening(asked)
    write(parts)
    return reviews


def opening(asked: list[Asked]) -> tuple[list[Review], list[Part]]:
    """The reviews to open, and what to write for that."""
    if not asked:
        return [], []
    roster, moment = Roster.load(asked), now()
    made = [_make(one, roster, moment) for one in asked]
    reviews = [review for review, _, _ in made]
    seats = [seat for _, seats, _ in made for seat in seats]
    parts = [insertion(reviews), recording([event for _, _, event in made])]
    if seats:
        parts.append(insertion(seats))
    if any(review.next_at and review.next_at < moment + _SOON for review in reviews):
        parts[0] = parts[0]._replace(wakes=LANE)
    return reviews, parts


def prepared(asked: Asked) -> tuple[Review, list[Assignment], Occurrence]:
    """One review with its seats and its event, not written yet."""
    return _make(asked, Roster.load([asked]), now())


def _make(asked: Asked, roster: Roster, moment: datetime) -> tuple[Review, list[Assignment], Occurrence]:
    seated, rule, how = _people(asked, roster)
    places = roster.instead(asked, seated, _kept_out(asked))
    people = {places[person]: of for person, of in seated.items()}
    away = {to: who for who, to in places.items() if to != who}
    review = Review(
        id=new_id(),
        organization_id=asked.organization_id,
        kind=asked.kind,
        run_id=asked.run_id,
        step_id=asked.step_id,
        call_id=asked.call_id,
        attempt=asked.attempt,
        agent=asked.agent,
        agent_version=asked.agent_version,
        requester_id=asked.requester_id,
        owner_id=asked.owner_id,
        question=asked.question,
        rule=rule,
        forbid=asked.forbid,
        answers=answers_at(asked.attempt, asked.answers),
        risk=asked.risk,
        on_timeout=asked.on_timeout,
        timers=_timers(asked, roster, moment),
        opened_at=moment,
        due_at=moment + asked.due,
        wake=asked.wake,
    )
    review.card = {
        "items": [],
        "schemas": asked.schemas,
        "content": asked.bound,
        **({"follows": str(asked.follows)} if asked.follows else {}),
        "expires": rfc3339(review.due_at),
    }
    review.bind(asked.items)
    review.next_at = min([review.due_at, *(datetime.fromisoformat(str(t["at"])) for t in review.timers)])
    # A microsecond apart, so that people are shown in the order in which the author named them.
    seats = [
        Assignment(
            review=review,
            person_id=person,
            how="stand-in" if person in away else how,
            teams=of,
            for_id=away.get(person),
            at=moment + timedelta(microseconds=place),
        )
        for place, (person, of) in enumerate(people.items())
    ]
    facts: Object = {
        "step": asked.step_id,
        "kind": asked.kind,
        "digest": review.digest,
        "rule": rule,
        "people": [str(person) for person in people],
    }
    if asked.follows:
        facts |= {"attempt": asked.attempt, "follows": str(asked.follows)}
    if away:
        facts["instead"] = {str(to): str(who) for to, who in away.items()}
    if how != "assigned":
        facts["because"] = "the rule cannot be met by the people assigned"
    return review, seats, prepare("review.opened", review, SYSTEM, review.run_id, **facts)


def _people(asked: Asked, roster: Roster) -> tuple[dict[uuid.UUID, list[str]], Object, str]:
    """Who decides, by which rule, and whether they are the assigned ones or the default reviewers."""
    kept_out = _kept_out(asked)
    rule: Object = {"approve": asked.approve, "reject": asked.reject}
    wanted = roster.find(asked.organization_id, asked.people, asked.teams)
    people = [person for person in wanted if person not in kept_out]
    if reachable(rule, seats := roster.seats(asked.organization_id, people, rule)):
        return seats, rule, "assigned"
    default = roster.find(asked.organization_id, asked.otherwise, asked.otherwise_teams)
    for group in (default, roster.leaders(asked.organization_id)):
        people = [person for person in group if person not in kept_out]
        if people:
            break
    else:
        people = roster.leaders(asked.organization_id)
    return {person: [] for person in people}, dict(ANY), "default"


def _kept_out(asked: Asked) -> set[uuid.UUID]:
    seats = (("requester", asked.requester_id), ("owner", asked.owner_id))
    return {person for word, person in seats if word in asked.forbid}


def _timers(asked: Asked, roster: Roster, moment: datetime) -> list[JSON]:
    reminders: list[tuple[timedelta, str, list[str]]] = [(after, "remind", []) for after in asked.remind]
    chain = [
        (after, "escalate", [str(p) for p in roster.find(asked.organization_id, people, teams)])
        for after, people, teams in asked.escalate
    ]
    ordered = sorted([t for t in [*reminders, *chain] if t[0] < asked.due], key=lambda timer: timer[0])
    if asked.on_timeout == "escalate":
        ordered.append((asked.due, "once more", [str(p) for p in _default(asked, roster)]))
    return [{"at": rfc3339(moment + after), "do": what, "to": list[JSON](to)} for after, what, to in ordered]


def _default(asked: Asked, roster: Roster) -> list[uuid.UUID]:
    """The default reviewers: those whom the agent names, or else the owners and admins."""
    named = roster.find(asked.organization_id, asked.otherwise, asked.otherwise_teams)
    return named or roster.leaders(asked.organization_id)
