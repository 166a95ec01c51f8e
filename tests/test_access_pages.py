"""The page "Who can see this" agrees with the judge and with `visible_to`, for everybody and every kind of thing: each
built-in role, one of the organization's own, somebody who is suspended and an outsider; whoever asked, owns, leads or
is assigned, and whoever does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seconder.accounts.access.rows import Sight, row_of, rows
from seconder.accounts.actor import Actor, can
from seconder.accounts.keys.views import SIGHT as KEY
from seconder.accounts.models import ApiKey, Membership, Organization, Role, Team, TeamMember
from seconder.accounts.people.views import SIGHT as PERSON
from seconder.accounts.roles import CUSTOM, OTHERS, ROLES
from seconder.accounts.teams.views import SIGHT as TEAM
from seconder.agents.models import Agent, AgentVersion
from seconder.agents.publishing import checked
from seconder.agents.views import SIGHT as AGENT
from seconder.runs.models import Run
from seconder.runs.views import SIGHT as RUN
from seconder.testing import Cast, enter
from seconder.verification.asking import Asked
from seconder.verification.models import Assignment, Review
from seconder.verification.opening import open_reviews
from seconder.verification.views import SIGHT as REVIEW

pytestmark = pytest.mark.django_db


FILE = b"""
version: 1
kind: agent
id: clerk
name: Clerk
steps:
  - id: approval
    review: {question: May we?, assign: {people: [bob@example.com]}}
"""


@dataclass
class Thing:
    """A row, how its kind is looked at, and the address of its page."""

    row: Any  # Any: a row of any model
    sight: Sight
    path: str


def _people(cast: Cast) -> list[str]:
    """Everybody of every role, one of the organization's own, and one who is suspended."""
    names = [*ROLES, "auditor", "suspended"]
    for role in ROLES:
        cast.add(role, role)
    own = Role.objects.create(
        organization=cast.demo,
        name="auditor",
        title="Auditor",
        verbs=["people.read", "runs.read", "runs.read-all"],
    )
    for name, change in (
        ("auditor", {"role": CUSTOM, "custom_role": own}),
        ("suspended", {"is_active": False}),
    ):
        cast.add(name, "admin")
        Membership.objects.filter(person=cast.people[name]).update(**change)
    return [*names, "alice", "bob", "dana", "charlie"]


def _things(cast: Cast, names: list[str]) -> Iterator[Thing]:
    """One of each kind for each of these people, who owns, asked for, is assigned or leads it."""
    file = checked(cast.actor("alice"), FILE).normalised
    for number, name in enumerate(name for name in names if name != "charlie"):
        person = cast.people[name]
        agent = Agent.objects.create(organization=cast.demo, slug=f"a{number}", name=name, owner_id=person.pk)
        version = AgentVersion.objects.create(
            agent=agent, number=1, file=file, digest="x", author_id=person.pk
        )
        agent.latest = version
        agent.save()
        yield Thing(agent, AGENT, f"agents/{agent.slug}")
        for requester in (person, cast.dana):
            run = Run.objects.create(
                organization=cast.demo,
                agent=agent,
                version=version,
                requester_id=requester.pk,
                status="failed",
            )
            yield Thing(run, RUN, f"runs/{run.pk}")
            review = _review(cast, run, requester.pk, cast.dana.pk)
            Assignment.objects.get_or_create(review=review, person_id=person.pk)
            yield Thing(Review.objects.get(pk=review.pk), REVIEW, f"reviews/{review.pk}")
        team = Team.objects.create(organization=cast.demo, name=f"t{number}")
        seat = Membership.objects.select_related("person", "custom_role").get(person=person)
        TeamMember.objects.create(team=team, membership=seat, is_lead=True)
        yield Thing(team, TEAM, f"teams/{team.pk}")
        yield Thing(seat, PERSON, f"people/{person.pk}")
        yield Thing(ApiKey.create(person, cast.demo)[0], KEY, f"keys/{ApiKey.objects.get(person=person).pk}")


def _review(cast: Cast, run: Run, requester: Any, owner: Any) -> Review:  # Any: ids
    asked = Asked(
        organization_id=cast.demo.pk,
        run_id=run.pk,
        step_id="approval",
        kind="review",
        question="May we?",
        agent="a",
        agent_version=1,
        requester_id=requester,
        owner_id=owner,
        wake="",
        people=["bob@example.com"],
    )
    return open_reviews([asked])[0]


def _listed(thing: Thing) -> dict[str, set[str]]:
    """By name, what the pages say that each may, over all pages."""
    found: dict[str, set[str]] = {}
    after: str | None = ""
    while after is not None:
        some, after = rows(thing.row, thing.sight, after)
        found |= {row.seat.person.name: set(row.may) for row in some}
    return found


def _judged(cast: Cast, names: list[str], thing: Thing) -> dict[str, set[str]]:
    """The same, asked of `visible_to` and `can` for everybody."""
    found = {}
    for name in names:
        actor = Actor.of_person(cast.people[name], cast.organization_of(name))
        if actor is None:
            continue
        with scope(organization=actor.organization.pk):
            is_seen = type(thing.row).objects.visible_to(actor).filter(pk=thing.row.pk).exists()
        if is_seen and can(actor, thing.sight.sees):
            does = {words for verb, words in thing.sight.does.items() if can(actor, verb, thing.row)}
            found[cast.people[name].name] = {"see it", *does}
    return found


def test_the_page_says_what_the_judge_says_of_everybody(cast: Cast) -> None:
    with scope(organization=cast.demo.pk):
        names = _people(cast)
        things = list(_things(cast, names))
        asked = {*names, "finance", "cfo"}
        for thing in things:
            assert _listed(thing) == _judged(cast, sorted(asked), thing), thing.path
    assert {thing.sight.noun for thing in things} == {"agent", "run", "review", "team", "person", "key"}
    assert len(things) * len(asked) > 1000


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.frozensets(st.sampled_from(sorted(OTHERS))), st.booleans())
def test_it_agrees_for_any_role_that_an_organization_may_make(
    cast: Cast, verbs: frozenset[str], is_named: bool
) -> None:
    with scope(organization=cast.demo.pk), transaction.atomic():
        role = Role.objects.create(organization=cast.demo, name="any", title="Any", verbs=sorted(verbs))
        Membership.objects.filter(person=cast.finance).update(role=CUSTOM, custom_role=role)
        for thing in _things(cast, ["finance" if is_named else "cfo"]):
            assert _listed(thing) == _judged(cast, ["alice", "bob", "dana", "finance", "cfo"], thing), (
                thing.path
            )
        transaction.set_rollback(True)


def test_the_pages_show_it_with_the_reason(cast: Cast) -> None:
    with scope(organization=cast.demo.pk):
        things = {thing.sight.noun: thing for thing in _things(cast, ["dana"])}
        review = Assignment.objects.filter(person_id=cast.bob.pk).first()
        assert review
    bob, alice = enter(Client(), cast.bob), enter(Client(), cast.alice)
    for client in (alice, enter(Client(), cast.dana)):
        for thing in things.values():
            shown = client.get(f"/demo/{thing.path}/access/")
            assert shown.status_code == 200, thing.path
            assert "Alice" in shown.content.decode()
    run = alice.get(f"/demo/{things['run'].path}/access/").content.decode()
    assert re.search(
        r"Dana</a>.*?asked for it.*?May see it, cancel it, try it again or fork it", run, re.DOTALL
    )
    assert re.search(r"Alice</a>.*?as owner", run, re.DOTALL)
    assert ">Bob</a>" not in run
    card = bob.get(f"/demo/reviews/{review.review_id}/access/").content.decode()
    assert re.search(r"Bob</a>.*?is assigned.*?May see it, decide it while it is open", card, re.DOTALL)
    assert bob.get(f"/demo/{things['run'].path}/access/").status_code == 404
    assert enter(Client(), cast.charlie).get(f"/demo/{things['agent'].path}/access/").status_code == 404


def test_every_thing_links_to_it(cast: Cast) -> None:
    alice = enter(Client(), cast.alice)
    with scope(organization=cast.demo.pk):
        things = {thing.sight.noun: thing for thing in _things(cast, ["alice"])}
    for noun in ("agent", "run", "review", "team", "person", "key"):
        page = "keys" if noun == "key" else things[noun].path
        assert f'href="/demo/{things[noun].path}/access/"' in alice.get(f"/demo/{page}/").content.decode(), (
            noun
        )


def test_whoever_lacks_the_second_factor_that_is_asked_for_sees_nothing(cast: Cast) -> None:
    with scope(organization=cast.demo.pk):
        thing = next(_things(cast, ["dana"]))
        assert "Dana" in _listed(thing)
        Organization.objects.filter(pk=cast.demo.pk).update(requires_second_factor=True)
        assert _listed(thing) == {}
        seat = Membership.objects.judged().get(person=cast.dana)
        assert row_of(seat, thing.row, thing.sight) is None
