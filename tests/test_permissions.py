"""THE matrix: every address, with every method, as every role, as an outsider, as nobody and with keys. What is
published in docs/reference/permissions.md is what is answered.

The page and this test read the same doors (`seconder.cli.addresses`); a page or call without a door, or without saying
its methods, fails here.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_scopes import scope

from seconder.accounts.actor import Actor, can
from seconder.accounts.callers import calls, guesses
from seconder.accounts.invitations.inviting import invite
from seconder.accounts.invitations.lists import take
from seconder.accounts.models import ApiKey, Membership, Role, Team, TeamMember
from seconder.accounts.roles import CUSTOM, ROLES, VERBS
from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.cli.addresses import API, Address, addresses
from seconder.core.clock import now
from seconder.core.doors import OPEN, SELF
from seconder.privacy.models import Agreement, Incident
from seconder.privacy.tests.registers import registers
from seconder.runs.learning.models import EvaluationCase, Proposal
from seconder.runs.models import Run
from seconder.testing import Cast, enter
from seconder.verification.models import Allowance, Assignment, Review, SecondLook

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ADDRESSES = addresses()
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "purchase-order-processor.yaml"
ORDER = "Vendor: Acme\nVendor e-mail: sales@acme.example\nPurchase order: PO-7\nTotal due: $12,000.00\n"
AUDITOR = ["home.read", "audit.read", "people.read", "runs.read", "reviews.read"]
NOWHERE = "00000000-0000-7000-8000-000000000000"
ALWAYS = {"owner", "viewer", "outsider", "nobody"}
NARROW = ["runs.read", "agents.read"]
# Read at one moment, in a transaction of its own that the walk's cannot hold: only whom it keeps out is asked here, and
# seconder/runs/tests/test_evidence.py lets the others in.
OF_ONE_MOMENT = "/evidence"
# A file may be published, and tried, under an id that nobody has yet.
NEED_NOT_EXIST = {(f"{API}/agents/{{id}}", "PUT"), (f"{API}/agents/{{id}}/validations", "POST")}


@dataclass
class Caller:
    """`actor`: as the judge knows the caller; None for nobody. What a key is on the API, pages do not know."""

    name: str
    client: Client
    actor: Actor | None
    has_key: bool = False

    def ask(self, method: str, path: str) -> int:
        """The status; nothing of what was done stays."""
        cookies = SimpleCookie(self.client.cookies.output(header=""))
        with transaction.atomic():
            answer = self.client.generic(
                method, path, b"", "application/json" if path.startswith(API) else ""
            )
            transaction.set_rollback(True)
        self.client.cookies = cookies
        return answer.status_code


@dataclass
class World:
    """An organization with one thing of every kind, by the name that addresses give it, and everybody who may ask."""

    cast: Cast
    things: dict[str, Any]  # Any: rows of any model
    callers: list[Caller]

    def path(self, address: Address) -> str:
        known = {name: getattr(thing, "slug", None) or str(thing.pk) for name, thing in self.things.items()}
        known |= {
            "organization": self.cast.demo.slug,
            "person": str(self.things["person"].person_id),
            "token": "never-one-of-ours",
            "mark": self.cast.demo.logo_mark or "0",
            "name": "invalid",
            "form": "json",
            "pk": "1",
            "number": "1",
            "session": NOWHERE,
            "consent": NOWHERE,
            "absence": NOWHERE,
            "day": "2031-01-01",
            "asked": NOWHERE,
            "export": NOWHERE,
            "matter": NOWHERE,
            "release": NOWHERE,
            "error": NOWHERE,
            "to": "authority",
            "provider": "never-one-of-ours",
            "recipient": "never-one-of-ours",
        }
        if address.is_api:
            named = {"team": "walkers", "role": "spare", "organization": "demo"}
            of_noun = named.get(_noun(address)) or known.get(_noun(address), "")
            filled = address.route.replace("{id}", of_noun).replace("{person}", known["person"])
            return filled.replace("{to}", known["to"]).replace("{day}", known["day"])
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: known[part[1]], address.route)

    def in_path(self, address: Address) -> list[Any]:  # Any: as above
        if address.is_api:
            names = [_noun(address)] * ("{id}" in address.route) + ["person"] * ("{person}" in address.route)
            return [self.things[name] for name in names]
        within = address.route.removeprefix("/<slug:organization>")
        names = re.findall(r"<(?:\w+:)?(\w+)>", within)
        return [self.things[name] for name in names if name in self.things]

    def sees(self, actor: Actor, thing: Any) -> bool:  # Any: as above
        with scope(organization=actor.organization.pk):
            return bool(type(thing).objects.visible_to(actor).filter(pk=thing.pk).exists())


def _noun(address: Address) -> str:
    noun = address.route.split("/")[3]
    return {"people": "person", "invitation-lists": "list"}.get(noun, noun.removesuffix("s"))


@pytest.fixture
def quiet() -> Iterator[None]:
    """Thousands of refusals are meant here; none needs a line in the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(cast: Cast, settings: Any) -> World:  # Any: pytest-django's
    settings.OPERATOR = cast.demo.slug
    with scope(organization=cast.demo.pk):
        walkers = {role: cast.add(f"walking-{role}", role) for role in ROLES}
        role = Role.objects.create(organization=cast.demo, name="auditor", title="Auditor", verbs=AUDITOR)
        walkers["auditor"] = cast.add("walking-auditor", "viewer")
        Membership.objects.filter(person=walkers["auditor"]).update(role=CUSTOM, custom_role=role)
        things = _things(cast)
        TeamMember.objects.create(
            team=things["team"], membership=Membership.objects.get(person=walkers["auditor"]), is_lead=True
        )
        Assignment.objects.bulk_create(
            [
                Assignment(review=things["review"], person_id=walkers[name].pk)
                for name in ("reviewer", "builder")
            ]
        )
    callers = [
        Caller(name, enter(Client(raise_request_exception=False), person), Actor.of_person(person, cast.demo))
        for name, person in walkers.items()
    ]
    callers.append(
        Caller("outsider", enter(Client(raise_request_exception=False), cast.charlie), cast.actor("charlie"))
    )
    callers.append(Caller("nobody", Client(raise_request_exception=False), None))
    owner = walkers["owner"]
    for name, options in (
        ("personal key", {}),
        ("narrowed key", {"scopes": NARROW}),
        ("service key", {"is_service": True}),
    ):
        key, secret = ApiKey.create(owner, cast.demo, **options)
        callers.append(
            Caller(
                name,
                Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"}),
                Actor.of_key(key),
                has_key=True,
            )
        )
    outsiders, secret = ApiKey.create(cast.charlie, cast.elsewhere)
    bearer = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    callers.append(Caller("outsider's key", bearer, Actor.of_key(outsiders), has_key=True))
    return World(cast, things, callers)


def _things(cast: Cast) -> dict[str, Any]:  # Any: rows of any model
    agent = publish(cast.actor("dana"), EXAMPLE.read_bytes()).agent
    run = Run.start(agent, cast.actor("dana"), {"text": ORDER})
    review = Review.objects.filter(run_id=run.pk).first() or _review(cast, run)
    alice = cast.actor("alice")
    registered = registers(cast)
    spare = Role.objects.create(organization=cast.demo, name="spare", title="Spare", verbs=["home.read"])
    return {
        "organization": cast.demo,
        "agent": agent,
        "run": run,
        "review": review,
        "team": Team.objects.create(organization=cast.demo, name="walkers"),
        "role": spare,
        "person": Membership.objects.select_related("person", "custom_role").get(person=cast.cfo),
        "invitation": invite(alice, "invited@example.com", "member"),
        "list": take(alice, b"listed@example.com\n"),
        "key": ApiKey.create(cast.cfo, cast.demo)[0],
        "incident": Incident.objects.get(pk=registered["incident"]),
        "allowance": Allowance.objects.create(
            organization=cast.demo,
            agent=agent.slug,
            agent_version=1,
            tool="email.send",
            schema="",
            title="Send an e-mail",
            most=1,
            requester_id=cast.dana.pk,
            given_by=cast.bob.pk,
            review_id=review.pk,
            decision_id=review.pk,
            ends_at=now() + timedelta(hours=1),
        ),
        "look": (look := _look(cast, run)),
        "second-look": look,
        "agreement": Agreement.objects.get(pk=registered["agreement"]),
        **_learned(agent, run, review),
    }


def _learned(agent: Agent, run: Run, review: Review) -> dict[str, Any]:  # Any: as above
    of = {"organization_id": agent.organization_id, "agent": agent}
    proposal = Proposal.objects.create(
        **of, key="0", verdict="rejected", place="approval", path="steps.extract"
    )
    case = EvaluationCase.objects.create(
        **of, review_id=review.pk, run_id=run.pk, step="approval", made_by=run.requester_id
    )
    return {"proposal": proposal, "case": case, "evaluation-case": case}


def _look(cast: Cast, run: Run) -> SecondLook:
    return SecondLook.objects.create(
        organization=cast.demo,
        key="effect",
        run_id=run.pk,
        step_id="order",
        agent="purchase-order-processor",
        agent_version=1,
        requester_id=run.requester_id,
        people=[str(cast.bob.pk)],
        verdict="fine",
        answered_by=cast.bob.pk,
        answered_at=now(),
    )


def _review(cast: Cast, run: Run) -> Review:
    """As the run would open it; the worker's own connections would not see this test's transaction."""
    from seconder.verification.asking import Asked
    from seconder.verification.opening import open_reviews

    asked = Asked(
        organization_id=cast.demo.pk,
        run_id=run.pk,
        step_id="approval",
        kind="review",
        question="May we order this?",
        agent="purchase-order-processor",
        agent_version=1,
        requester_id=run.requester_id,
        owner_id=run.requester_id,
        wake="",
        people=["finance@example.com"],
    )
    return open_reviews([asked])[0]


def expected(world: World, address: Address, method: str, caller: Caller) -> int:
    """The status by which a door keeps out; 0: it opens, whatever is behind it says then."""
    taken = _methods_at(address)
    if address.is_api:
        return _by_the_api(world, address, method, caller, taken)
    actor = None if caller.has_key else caller.actor
    if address.door == OPEN:
        return 0 if method in taken else 405
    if actor is None:
        return 302
    if address.door != SELF and actor.organization != world.cast.demo:
        return 404
    return _by_the_judge(world, address, method, actor, taken)


def _by_the_api(world: World, address: Address, method: str, caller: Caller, taken: set[str]) -> int:
    """What an address does not take is said to everybody; a browser's session reads, and no more."""
    if method not in taken:
        return 405
    if address.door == OPEN:
        return 0
    if caller.actor is None or not (caller.has_key or method == "GET"):
        return 401
    return _by_the_judge(world, address, method, caller.actor, taken)


def _by_the_judge(world: World, address: Address, method: str, actor: Actor, taken: set[str]) -> int:
    if address.door != SELF and not can(actor, address.door):
        return 403
    if address.of_installation and actor.organization != world.cast.demo:
        return 404
    if method not in taken:
        return 405
    things = [] if (address.route, method) in NEED_NOT_EXIST else world.in_path(address)
    if not all(world.sees(actor, thing) for thing in things):
        return 404
    with scope(organization=actor.organization.pk):
        return 0 if not address.rule or can(actor, address.rule, things[0]) else 403


def _refused(address: Address) -> set[int]:
    """What an open door does not answer. On pages about oneself roles play no part: 403 is about one's own state."""
    return {401, 405, 500} | (set() if address.door == SELF else {403})


def _methods_at(address: Address) -> set[str]:
    """Of all operations at the same address of the API."""
    alike = [each for each in ADDRESSES if each.route == address.route]
    return {method for each in alike for method in each.methods or METHODS}


def walked() -> Iterator[tuple[Address, str]]:
    """Each address with each method, once: what a method asks for where several doors stand at one address."""
    for route in dict.fromkeys(each.route for each in ADDRESSES):
        alike = [each for each in ADDRESSES if each.route == route]
        for method in METHODS:
            yield next((each for each in alike if method in (each.methods or METHODS)), alike[0]), method


@pytest.mark.django_db
def test_every_address_answers_everybody_as_published(world: World, quiet: None) -> None:
    """Each address as nine: who differ most, and half of the others in turn. All of them are in the long test."""
    always, others = ([each for each in world.callers if (each.name in ALWAYS) is so] for so in (True, False))
    for turn in (0, 1):
        _walk(world, _asked(is_taken=True)[turn::2], [*always, *others[turn::2]])


@pytest.mark.django_db
def test_a_method_that_an_address_does_not_take_opens_nothing(world: World, quiet: None) -> None:
    some = ("owner", "nobody", "personal key")
    _walk(world, _asked(is_taken=False), [caller for caller in world.callers if caller.name in some])


@pytest.mark.long
@pytest.mark.django_db
def test_every_method_at_every_address_answers_everybody_as_published(world: World, quiet: None) -> None:
    _walk(world, list(walked()), world.callers)


def _asked(*, is_taken: bool) -> list[tuple[Address, str]]:
    return [each for each in walked() if (each[1] in _methods_at(each[0])) is is_taken]


def _walk(world: World, asked: list[tuple[Address, str]], callers: list[Caller]) -> None:
    wrong, walked_through = [], Counter[str]()
    for address, method in asked:
        path = world.path(address)
        calls.forget()  # how many calls are too many is another test's
        guesses.forget()
        for caller in callers:
            wanted = expected(world, address, method, caller)
            walked_through[caller.name] += 1
            if not wanted and address.route.rstrip("/").endswith(OF_ONE_MOMENT):
                continue
            got = caller.ask(method, path)
            if got != wanted if wanted else got in _refused(address):
                wrong.append(f"{method} {path} as {caller.name}: {got}, published {wanted or 'open'}")
    total = walked_through.total()
    print(f"{total} triples of address, method and role; {len(ADDRESSES)} addresses, {len(callers)} callers")
    assert not wrong, "\n".join([f"{len(wrong)} of {total}", *wrong])
    assert total == len(asked) * len(callers) > 0
    assert len(set(walked_through.values())) == 1


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda each: f"{each.route} {each.methods}")
def test_every_address_says_who_may_use_it_and_how(address: Address) -> None:
    assert address.door in VERBS | {OPEN, SELF}, "put @door(verb) or @open_to_all on the view"
    assert address.rule in VERBS | {""}
    assert address.methods or address.route == "/api/", "say its methods (require_POST …) under the door"
    assert not (address.route.startswith("/<slug:organization>/") and address.door in (OPEN, SELF))


def test_an_address_without_a_door_is_found_out() -> None:
    """The walk would notice one: what it reads of a bare view is no door."""
    from seconder.cli.addresses import _door, methods_of

    def bare(_request: object) -> None:
        return None

    assert _door(bare) == ("", "", False)
    assert methods_of(bare) is None
