"""Second looks: some of what nobody was asked for is looked at afterwards; it holds nothing up."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.models import ApiKey
from seconder.agents import tools
from seconder.agents.tests.scripted_model import ScriptedModel
from seconder.core.refusals import Conflict, Invalid, NotAllowed, NotFound
from seconder.engine import write
from seconder.events.models import Event
from seconder.notifications.models import Notification
from seconder.runs.effects import HAPPENED
from seconder.runs.models import Effect
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_allowances import allowed, pays, publish
from seconder.runs.tests.test_running_sums import PAY
from seconder.testing import enter
from seconder.verification.looking_again import Happened, answer, is_looked_at, opening
from seconder.verification.models import Allowance, SecondLook

FREE = {"policy": [{"tool": "pay", "decide": "allow"}]}
PEOPLE = {"people": ["bob@example.com", "cfo@example.com"]}


@pytest.fixture(autouse=True)
def _pay() -> Iterator[None]:
    tools.offer(PAY)
    yield
    tools.withdraw("pay")


def looks() -> list[SecondLook]:
    with scopes_disabled():
        return list(SecondLook.objects.order_by("pk"))


def say(stage: Stage, look: SecondLook, who: str, verdict: str, note: str = "") -> SecondLook:
    with scope(organization=look.organization_id):
        return answer(look.pk, stage.cast.actor(who), verdict, note)


def test_what_nobody_was_asked_for_is_looked_at_and_holds_nothing_up(
    stage: Stage, model: ScriptedModel
) -> None:
    run = pays(stage, model, publish(stage, second_looks=100, **FREE))
    assert run.status == "succeeded"
    [look] = looks()
    [effect] = stage.effects(run)
    assert (look.key, look.items[0]["value"]) == (effect.key, effect.arguments)
    assert look.people == [str(stage.cast.bob.pk)]
    with scopes_disabled():
        event = Event.objects.get(name="second_look.opened")
    assert event.facts["effect"] == effect.key
    pays(stage, model, publish(stage, second_looks=0, **FREE))
    stage.publish({"id": "pay", "tool": "pay", "with": {"to": "a"}}, id="steps", second_looks=100)
    with scopes_disabled():
        assert Effect.objects.count() == 2
    assert len(looks()) == 1, "none where the file says so"


def test_two_workers_at_one_action_record_one_second_look(stage: Stage) -> None:
    """Both looked before either wrote."""
    cast = stage.cast
    happened = Happened(
        cast.demo.pk, uuid.uuid4(), "act", "a-key", "clerk", 1, cast.dana.pk,
        [{"path": "args", "label": "Pay", "value": {"to": "a"}}], ["bob@example.com"], [], None, None,
    )  # fmt: skip
    first, second = opening([happened]), opening([happened])
    write(first)
    write(second)
    [look] = looks()
    with scopes_disabled():
        assert [event.subject_id for event in Event.objects.filter(name="second_look.opened")] == [look.pk]


def test_what_is_not_fine_ends_the_allowance_and_is_told(stage: Stage, model: ScriptedModel) -> None:
    clerk = publish(stage, second_looks=100, reviewers=PEOPLE)
    allowance = allowed(stage, model, clerk, most=100)
    assert looks() == [], "a person decided that one"
    pays(stage, model, clerk)
    pays(stage, model, clerk)
    first, second = looks()
    assert first.people == [str(stage.cast.cfo.pk)], "not who allowed it"
    assert first.allowance_id == allowance.pk
    say(stage, first, "cfo", "fine")
    stage.work()
    with scopes_disabled():
        assert not Notification.objects.filter(name="second_look.answered").exists()
        assert Allowance.objects.live().exists()
    say(stage, second, "cfo", "not_fine", "It went to the wrong one.")
    stage.work()
    with scopes_disabled():
        assert not Allowance.objects.live().exists()
        told = Notification.objects.filter(name="second_look.answered").values_list("person_id", flat=True)
    assert set(told) == {stage.cast.alice.pk, stage.cast.bob.pk}
    assert pays(stage, model, clerk).status == "waiting"


def test_who_looks_and_who_does_not(stage: Stage, model: ScriptedModel) -> None:
    clerk = publish(stage, second_looks=100, reviewers=PEOPLE)
    allowed(stage, model, clerk, most=100)
    pays(stage, model, clerk)
    [look] = looks()
    for who, verdict, why in (
        ("dana", "fine", NotFound),
        ("charlie", "fine", NotFound),
        ("bob", "fine", NotFound),
        ("cfo", "perhaps", Invalid),
        ("cfo", "not_fine", Invalid),
    ):
        with pytest.raises(why):
            say(stage, look, who, verdict)
    key, _ = ApiKey.create(stage.cast.cfo, stage.cast.demo, is_service=True)
    service = Actor.of_key(key)
    assert service
    with scope(organization=look.organization_id), pytest.raises(NotAllowed):
        answer(look.pk, service, "fine")
    say(stage, look, "cfo", "fine")
    with pytest.raises(Conflict):
        say(stage, look, "alice", "not_fine", "Late.")
    pays(stage, model, publish(stage, id="own", second_looks=100, **FREE), by="alice")
    with pytest.raises(NotAllowed, match="asked for this"):
        say(stage, looks()[-1], "alice", "fine")


def test_the_page_and_the_api_show_and_answer_it(stage: Stage, model: ScriptedModel, client: Client) -> None:
    clerk = publish(stage, second_looks=100, reviewers=PEOPLE, **FREE)
    for _ in range(2):
        pays(stage, model, clerk)
    cfo, headers = enter(Client(), stage.cast.cfo), stage.cast.bearer("cfo")
    assert "Second looks (2)" in cfo.get("/demo/reviews/").content.decode()
    first, second = looks()
    here = f"/demo/reviews/second-looks/{first.pk}/answers/"
    answered = cfo.post(here, {"verdict": "not_fine", "note": ""})
    assert (answered.status_code, "Say what is not fine" in answered.content.decode()) == (422, True)
    assert cfo.post(here, {"verdict": "not_fine", "note": "Too much."}).status_code == 303
    assert "Too much." in cfo.get("/demo/reviews/second-looks/").content.decode()
    [one] = client.get("/api/v1/second-looks?mine=true", headers=headers).json()["items"]
    assert one["id"] == str(second.pk)
    url = f"/api/v1/second-looks/{second.pk}/answers"
    body: Any = {"verdict": "fine"}
    assert client.post(url, body, "application/json", headers=stage.cast.bearer("dana")).status_code == 404
    assert client.post(url, {"verdict": 1}, "application/json", headers=headers).status_code == 422
    assert client.post(url, body, "application/json", headers=headers).json()["verdict"] == "fine"
    assert client.post(url, body, "application/json", headers=headers).status_code == 409
    measures = enter(Client(), stage.cast.alice).get("/demo/reviews/measures/").content.decode()
    assert "1 of 2 found that what happened was fine" in measures


def test_nobody_chooses_what_is_looked_at() -> None:
    keys = [f"run-{number}" for number in range(4000)]
    found = [key for key in keys if is_looked_at(key, 5)]
    assert 120 < len(found) < 280
    assert found == [key for key in keys if is_looked_at(key, 5)]
    assert not any(is_looked_at(key, 0) for key in keys)
    assert all(is_looked_at(key, 100) for key in keys)


def test_what_a_person_says_has_happened_is_looked_at_as_well(stage: Stage, model: ScriptedModel) -> None:
    def lost(_arguments: Any, _key: str) -> Any:  # Any: JSON
        raise tools.ToolFailed("Dead.", retryable=False, happened="unknown")

    tools.offer(replace(PAY, act=lost, takes_key=lambda: False))
    run = pays(stage, model, publish(stage, second_looks=100, **FREE))
    assert looks() == []
    stage.decide(stage.review(run), "bob", "answer", answer=HAPPENED)
    stage.work()
    [look] = looks()
    assert look.key == stage.effects(run)[0].key


def test_it_ends_when_another_version_is_published(stage: Stage, model: ScriptedModel) -> None:
    clerk = publish(stage)
    allowance = allowed(stage, model, clerk)
    publish(stage)  # the same file: no version
    assert _is_live(allowance)
    publish(stage, description="Another")
    assert not _is_live(allowance)
    with scopes_disabled():
        ended = Event.objects.get(name="allowance.ended")
    assert (ended.facts["because"], ended.by_id) == ("the agent has another version", stage.cast.dana.pk)


def _is_live(allowance: Allowance) -> bool:
    with scopes_disabled():
        return Allowance.objects.get(pk=allowance.pk).is_live
