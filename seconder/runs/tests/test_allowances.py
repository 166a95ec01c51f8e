"""Allowing the like for a while: what it lets through, what it never does, and how it ends."""

from __future__ import annotations

import contextlib
import io
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder import cli
from seconder.accounts.models import Membership, Role
from seconder.accounts.people import changing
from seconder.accounts.roles import CUSTOM
from seconder.agents import tools
from seconder.agents.models import Agent
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.core.refusals import Invalid, NotFound, Refusal
from seconder.events.models import Event
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_races import waits_for_a_lock
from seconder.runs.tests.test_running_sums import DONE, NEVER, PAY, UNDER
from seconder.testing import enter, serving
from seconder.verification import allowing
from seconder.verification.asking import Asked
from seconder.verification.models import Allowance, Decision, Review

LIKE = {"to": {"ends_with": "@Example.com"}, "amount": {"at_most": 500}, "for": {"any": True}}
ALLOWS = {"lasts": "1h", "most": 2, "like": LIKE}


@pytest.fixture(autouse=True)
def _pay() -> Iterator[None]:
    tools.offer(PAY)
    yield
    tools.withdraw("pay")


def publish(stage: Stage, **more: Any) -> Agent:  # Any: an agent's file
    step = {"id": "act", "prompt": "Pay.", "output": DONE}
    return stage.publish(step, **{"tools": ["pay"], "reviewers": {"people": ["bob@example.com"]}, **more})


def pays(
    stage: Stage, model: ScriptedModel, agent: Agent, by: str = "dana", **given: Any
) -> Run:  # Any: arguments
    arguments = {"to": "a@example.com", "amount": 100, "for": str(uuid.uuid4()), **given}
    model.says(calls(("pay", arguments)), gives(done=True))
    run = stage.start(agent, by)
    stage.work()
    return stage.look(run)


def allowed(
    stage: Stage, model: ScriptedModel, agent: Agent, by: str = "bob", **more: Any
) -> Allowance:  # Any: of an allowance
    """Bob approves a payment, and allows the like."""
    decision = stage.decide(
        stage.review(pays(stage, model, agent)), by, "approve", allowance={**ALLOWS, **more}
    )
    stage.work()
    with scopes_disabled():
        return Allowance.objects.get(decision_id=decision.pk)


def happens(stage: Stage, run: Run) -> bool:
    """Or it waits for a person."""
    assert run.status in ("succeeded", "waiting")
    return run.status == "succeeded"


def test_the_like_happens_by_itself_each_time_with_a_decision_of_its_own(
    stage: Stage, model: ScriptedModel
) -> None:
    clerk = publish(stage)
    allowance = allowed(stage, model, clerk)
    runs = [pays(stage, model, clerk, to="b@EXAMPLE.com", amount=500) for _ in range(3)]
    assert [happens(stage, run) for run in runs] == [True, True, False], "twice, as it says"
    [effect] = stage.effects(runs[0])
    review = stage.review(runs[0])
    decision = Decision.objects.get(review=review)
    assert effect.review_id == review.pk
    assert (decision.person_id, decision.channel) == (stage.cast.bob.pk, "allowance")
    assert (decision.allowance_id, decision.digest) == (allowance.pk, review.digest)
    with scopes_disabled():
        event = Event.objects.get(name="review.decided", run_id=runs[0].pk)
        given = Event.objects.get(name="allowance.given")
    assert (event.by_kind, event.channel, event.facts["allowance"]) == (
        "system",
        "allowance",
        str(allowance.pk),
    )
    assert given.facts["decision"] == str(allowance.decision_id)


def test_what_is_not_like_it_is_asked(stage: Stage, model: ScriptedModel) -> None:
    clerk = publish(stage)
    allowed(stage, model, clerk, most=100)
    others: list[dict[str, Any]] = [  # Any: arguments
        {"to": "a@example.org"},
        {"to": "a@evil.example, b@example.com"},
        {"to": "a@evil.example b@example.com"},
        {"to": "Mallory <a@example.com>"},
        {"to": ["a@example.com", "b@evil.example"]},
        {"to": []},
        {"to": "a@sub.example.com"},
        {"amount": 500.01},
        {"amount": "many"},
        {"amount": -1},
        {"amount": True},
        {"note": "one more argument"},
    ]
    for other in others:
        assert not happens(stage, pays(stage, model, clerk, **other)), other
    assert happens(stage, pays(stage, model, clerk, to=["a@example.com", "b@example.com"], amount="499.99"))


def test_it_is_for_this_agent_this_version_and_never_for_its_givers_own_request(
    stage: Stage, model: ScriptedModel
) -> None:
    clerk = publish(stage)
    allowed(stage, model, clerk, most=100)
    stage.cast.add("erin", "builder")
    assert not happens(stage, pays(stage, model, publish(stage, id="other")))
    with scope(organization=clerk.organization_id):
        Membership.objects.filter(person=stage.cast.bob).update(role="builder")
    assert not happens(stage, pays(stage, model, clerk, by="bob")), "Bob asked for it himself"
    changed = publish(stage, policy=[NEVER])
    assert not happens(stage, pays(stage, model, changed)), "another version, another policy"
    changed = publish(stage, policy=[{"tool": "pay", "decide": "deny"}])
    run = pays(stage, model, changed)
    assert (happens(stage, run), stage.effects(run)) == (True, []), "denied stays denied"


def test_the_request_of_its_giver_is_asked_where_nobody_else_could_decide(
    stage: Stage, model: ScriptedModel
) -> None:
    with scopes_disabled():
        cast = stage.cast
        Membership.objects.filter(organization=cast.demo).exclude(person__in=[cast.alice, cast.dana]).delete()
    clerk = publish(stage, reviewers={"people": []})
    allowed(stage, model, clerk, "alice")
    assert happens(stage, pays(stage, model, clerk))
    run = pays(stage, model, clerk, by="alice")
    assert (happens(stage, run), stage.effects(run)) == (False, [])


def test_none_is_given_where_the_policy_adds_up_and_none_silences_it(
    stage: Stage, model: ScriptedModel, client: Client
) -> None:
    """Also an allowance that was given before, say by an earlier release, under the same policy."""
    clerk = publish(stage, policy=[{**UNDER, "when": "sum.total <= 50"}])
    review = stage.review(pays(stage, model, clerk))
    with pytest.raises(Invalid, match="policy adds up"):
        stage.decide(review, "bob", "approve", allowance=ALLOWS)
    page = enter(client, stage.cast.bob).get(f"/demo/reviews/{review.pk}/").content.decode()
    assert "Allow the like for a while" not in page
    assert "adds up how much goes to whom" in page
    card: Any = review.card  # Any: as above
    with scopes_disabled():
        Allowance.objects.create(
            organization=stage.cast.demo,
            agent=clerk.slug,
            agent_version=1,
            tool="pay",
            schema=card["content"]["schema"],
            title="Pay",
            pattern={name: {"any": True} for name in ("to", "amount", "for")},
            most=5,
            requester_id=stage.cast.dana.pk,
            given_by=stage.cast.bob.pk,
            review_id=review.pk,
            decision_id=review.pk,
            ends_at=review.due_at,
        )
    assert not happens(stage, pays(stage, model, clerk))


def test_who_only_sees_everything_does_not_take_it_back(
    stage: Stage, model: ScriptedModel, client: Client
) -> None:
    cast = stage.cast
    allowance = allowed(stage, model, publish(stage))
    with scope(organization=cast.demo.pk):
        verbs = ["home.read", "reviews.read", "runs.read", "runs.read-all", "keys.own"]
        auditor = Role.objects.create(organization=cast.demo, name="auditor", title="Auditor", verbs=verbs)
        person = cast.add("auditor", "viewer")
        Membership.objects.filter(person=person).update(role=CUSTOM, custom_role=auditor)
    headers, here = cast.bearer("auditor"), f"/api/v1/allowances/{allowance.pk}"
    assert client.get(here, headers=headers).status_code == 200
    assert client.post(f"{here}/ending", headers=headers).status_code == 403
    browser, page = enter(Client(), person), "/demo/reviews/allowances/"
    assert "End this now" not in browser.get(page).content.decode()
    assert browser.post(f"{page}{allowance.pk}/ending/").status_code == 403
    with scopes_disabled():
        allowance.refresh_from_db()
    assert allowance.is_live
    assert "End this now" in enter(Client(), cast.alice).get(page).content.decode()


def ends_at_its_time(allowance: Allowance) -> None:
    with scopes_disabled():
        earlier = allowance.given_at - timedelta(hours=2)
        Allowance.objects.filter(pk=allowance.pk).update(
            given_at=earlier, ends_at=earlier + timedelta(hours=1)
        )


def test_it_ends_at_its_time_when_it_is_taken_back_and_with_the_seat(
    stage: Stage, model: ScriptedModel
) -> None:
    clerk = publish(stage)

    def taken_back(by: str) -> Callable[[Allowance], None]:
        def take(allowance: Allowance) -> None:
            with scope(organization=clerk.organization_id):
                for _ in range(2):  # the second time changes nothing
                    allowing.end(allowance.pk, stage.cast.actor(by))

        return take

    def suspended(_allowance: Allowance) -> None:
        with scope(organization=clerk.organization_id):
            seat = Membership.objects.select_related("person", "custom_role").get(person=stage.cast.bob)
            changing.suspend(stage.cast.actor("alice"), seat)

    for ends in (ends_at_its_time, taken_back("bob"), taken_back("alice"), suspended):
        allowance = allowed(stage, model, clerk, most=100)
        assert happens(stage, pays(stage, model, clerk))
        for who in ("dana", "charlie"):
            with scope(organization=clerk.organization_id), pytest.raises(NotFound):
                allowing.end(allowance.pk, stage.cast.actor(who))
        ends(allowance)
        assert not happens(stage, pays(stage, model, clerk)), ends
    with scopes_disabled():
        assert Event.objects.filter(name="allowance.ended").count() == 3


def test_what_no_allowance_should_be_is_refused_and_nothing_is_decided(
    stage: Stage, model: ScriptedModel
) -> None:
    review = stage.review(pays(stage, model, publish(stage)))
    anything = {name: {"any": True} for name in ("to", "amount", "for")}
    for wrong in (
        {"lasts": "25h"},
        {"lasts": "10s"},
        {"lasts": "for ever"},
        {"most": 0},
        {"most": 101},
        {"like": anything},
        {"like": {"to": {"ends_with": "@other.example"}}},
        {"like": {"to": {"ends_with": "example.com"}}},
        {"like": {"amount": {"at_most": 99}}},
        {"like": {"iban": {"any": True}}},
        {"like": {"to": "*"}},
    ):
        with pytest.raises(Invalid):
            stage.decide(review, "bob", "approve", allowance={**ALLOWS, **wrong})
    for who, verdict, more in (
        ("bob", "edit", {"edits": {"args.amount": 1}}),
        ("bob", "reject", {}),
        ("dana", "approve", {}),
        ("alice", "approve", {}),
    ):
        with pytest.raises(Refusal):
            stage.decide(review, who, verdict, allowance=ALLOWS, **more)
    with scopes_disabled():
        Review.objects.filter(pk=review.pk).update(risk="high")
    with pytest.raises(Invalid, match="risk is high"):
        stage.decide(review, "bob", "approve", allowance=ALLOWS)
    with scopes_disabled():
        assert not Allowance.objects.exists()
    assert stage.review(stage.look(Run(pk=review.run_id))).status == "open"


def test_of_many_at_the_same_moment_it_lets_through_as_many_as_it_says(
    stage: Stage, model: ScriptedModel
) -> None:
    """And none once its giver is gone, though they asked in the same instant."""
    clerk = publish(stage)
    allowance = allowed(stage, model, clerk, most=3)
    with scopes_disabled():
        before = Review.objects.get(pk=allowance.review_id)
    through: list[bool] = []

    def ask() -> None:
        through.append(allowing.let_through(_asked(stage, before)) is not None)
        connections.close_all()

    _at_once([ask] * 8)
    assert sorted(through) == [False] * 5 + [True] * 3
    allowed(stage, model, clerk, most=100)
    slower = _asked(stage, before)
    first, second = (allowing.let_through(slower) for _ in range(2))  # of two workers with one run in hand
    assert first == second
    late = threading.Thread(target=ask)
    with transaction.atomic(), scope(organization=clerk.organization_id):
        seat = Membership.objects.select_related("person", "custom_role").get(person=stage.cast.bob)
        changing.suspend(stage.cast.actor("alice"), seat)
        late.start()
        waits_for_a_lock()
    late.join()
    assert through[-1] is False


def _asked(stage: Stage, like: Review) -> Asked:
    card: Any = like.card  # Any: an encrypted column holds any JSON
    return Asked(
        organization_id=like.organization_id,
        run_id=uuid.uuid4(),
        step_id="act",
        call_id="c",
        kind="action",
        question="?",
        agent=like.agent,
        agent_version=like.agent_version,
        requester_id=like.requester_id,
        owner_id=like.owner_id,
        wake="",
        items=like.items,
        content=card["content"],
        people=["bob@example.com"],
    )


def _at_once(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def cli_of(stage: Stage, url: str, who: str, *words: str) -> str:
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as printed:
        patch.setenv("SECONDER_URL", url)
        patch.setenv("SECONDER_API_KEY", stage.cast.key(who))
        assert cli.run(words[0], list(words[1:])) == 0
    return printed.getvalue()


def test_the_page_the_api_and_the_terminal_give_list_and_end_it(
    stage: Stage, model: ScriptedModel, client: Client
) -> None:
    clerk = publish(stage)
    review = stage.review(pays(stage, model, clerk))
    bob, here = enter(Client(), stage.cast.bob), f"/demo/reviews/{review.pk}/"
    assert "Allow the like for a while" in bob.get(here).content.decode()
    # In the order of the arguments' names: amount, for, to.
    said = {"allow.lasts": "4h", "allow.most": "5", "allow.0": "250", "allow.1": '{"any": true}'}
    wrong = {
        **said,
        "allow.2": '{"ends_with": "@other.example"}',
        "verdict": "allow",
        "digest": review.digest,
    }
    answered = bob.post(f"{here}decisions/", wrong)
    assert (answered.status_code, "is not like that itself" in answered.content.decode()) == (422, True)
    answered = bob.post(f"{here}decisions/", {**wrong, "allow.2": '{"ends_with": "@example.com"}'})
    assert answered.status_code == 303
    stage.work()
    assert happens(stage, pays(stage, model, clerk, amount=250, to="z@example.com"))
    page = bob.get("/demo/reviews/allowances/").content.decode()
    assert "addresses that end with @example.com" in page
    assert "1 of 5 used" in page
    assert "at most 250" in page

    [one] = client.get("/api/v1/allowances?live=true", headers=stage.cast.bearer("alice")).json()["items"]
    assert (one["by"]["email"], one["used"], len(one["reviews"])) == ("bob@example.com", 1, 1)
    for who, status in (("charlie", 404), ("dana", 404), ("bob", 200)):
        headers = stage.cast.bearer(who)
        assert client.get(f"/api/v1/allowances/{one['id']}", headers=headers).status_code == status
        assert client.post(f"/api/v1/allowances/{one['id']}/ending", headers=headers).status_code == status
    assert "ended early" in bob.get("/demo/reviews/allowances/").content.decode()

    review, headers = stage.review(pays(stage, model, clerk)), stage.cast.bearer("bob")
    with serving() as url:
        like = ("--allow-for", "1h", "--like", 'for={"any": true}')
        cli_of(stage, url, "bob", "reviews", "approve", str(review.pk), *like)
    stage.work()
    run = pays(stage, model, clerk)
    assert happens(stage, run)
    shown = client.get(f"/api/v1/reviews/{stage.review(run).pk}", headers=headers).json()
    assert shown["decisions"][0]["channel"] == "allowance"
    with serving() as url:
        printed = cli_of(stage, url, "bob", "allowances", "list", "--live")
    assert "1 of 10" in printed
    ending = client.get("/api/v1/allowances?live=true", headers=headers).json()["items"][0]["id"]
    assert shown["decisions"][0]["allowance"] == ending
    assert bob.post(f"/demo/reviews/allowances/{ending}/ending/").status_code == 303
    assert not happens(stage, pays(stage, model, clerk))
