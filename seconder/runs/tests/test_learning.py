"""What people decide again and again becomes a proposal, with every case that it would have changed."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from seconder.agents import tools
from seconder.agents.models import Agent
from seconder.agents.tests.scripted_model import ScriptedModel, calls, gives
from seconder.agents.tools import Tool
from seconder.core.clock import now
from seconder.core.json import Object
from seconder.core.models import DataKey
from seconder.engine.backlog import arguments
from seconder.engine.jobs import JOBS
from seconder.events.sealing import seal
from seconder.runs.learning.models import Proposal
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.lessons import MAIL, Lessons
from seconder.runs.tests.test_tools_of_a_model import agent
from seconder.testing import Cast, enter
from seconder.verification.models import Review

BLOCKED = "sales@blocked.example"
RULE = {"tool": "email.send", "when": f'args.to == "{BLOCKED}"', "decide": "deny"}


@pytest.fixture
def lessons(cast: Cast) -> Lessons:
    return Lessons(cast)


def test_what_is_rejected_again_and_again_becomes_a_rule_of_the_policy(
    stage: Stage, model: ScriptedModel
) -> None:
    """From the third no to the first that nobody is asked for any more, by the doors that people use."""
    clerk = agent(stage)
    for number in range(3):
        model.says(calls(("email_send", {**MAIL, "to": BLOCKED, "body": str(number)})), gives(done=False))
        stage.decide(stage.review(stage.run(clerk)), "bob", "reject")
        stage.work()
    told = {"agent": str(clerk.pk)}
    assert arguments("runs.learn").count(told) == 1
    JOBS["runs.learn"](**told)
    stage.work()
    dana = enter(Client(), stage.cast.dana)
    assert b"people again and again rejected the same" in dana.get("/demo/notifications/").content
    assert b"What was learned: 1 proposed" in dana.get("/demo/agents/clerk/").content
    page = dana.get("/demo/agents/clerk/proposals/").content.decode()
    assert "“Send an e-mail” was rejected 3 times where To is “sales@blocked.example”" in page
    assert "Of 3 past cases it would have changed 3: 3 rejected, 0 approved" in " ".join(page.split())
    assert page.count('href="/demo/reviews/') >= 3
    with scopes_disabled():
        proposal = Proposal.objects.get()
    assert dana.post(f"/demo/proposals/{proposal.pk}/acceptance/", {"version": "1"}).status_code == 303
    model.says(calls(("email_send", {**MAIL, "to": BLOCKED})), gives(done=False))
    clerk.refresh_from_db()
    after = stage.run(clerk)
    assert (after.version.number, after.version.file["policy"]) == (2, [RULE])
    assert (after.status, stage.reviews(after), stage.mails()) == ("succeeded", [], [])


@pytest.mark.django_db
def test_what_people_approve_as_well_is_not_proposed(lessons: Lessons) -> None:
    """At most one in five of what it would have changed; what speaks against it is shown."""
    for number in range(4):
        lessons.action("reject", "bob" if number % 2 else "finance", to=BLOCKED, subject=f"S{number}")
    for number in range(5):
        lessons.action("approve", subject=f"Other {number}")
    lessons.action("approve", to=BLOCKED, subject="For once")
    assert len(lessons.notice()) == 1
    page = lessons.page()
    assert (
        "Of 10 past cases it would have changed 5: 4 rejected, 1 approved as it was. Decided by Bob, Finance."
        in page
    )
    assert "speaks against it" in page
    lessons.action("approve", to=BLOCKED, subject="Once more")
    assert "Nothing is proposed" in lessons.page()
    assert lessons.notice() == []


@pytest.mark.django_db
def test_the_host_is_what_they_share_where_the_addresses_differ(lessons: Lessons) -> None:
    for number in range(3):
        lessons.action("reject", to=f"person-{number}@blocked.example", subject=f"S{number}")
        lessons.action("approve", to=f"person-{number}@fine.example", subject=f"T{number}")
    lessons.action("reject", to=["a@blocked.example", "b@blocked.example"])
    [proposal] = lessons.notice()
    assert lessons.post("dana", f"proposals/{proposal.pk}/acceptance", version=1).status_code == 303
    when = 'type(args.to) == string && args.to.endsWith("@blocked.example")'
    assert lessons.file()["policy"] == [{"tool": "email.send", "when": when, "decide": "deny"}]


@pytest.mark.django_db
def test_a_number_is_a_limit_only_where_it_parts_them_cleanly(cast: Cast) -> None:
    arguments: Object = {"type": "object", "properties": {"amount": {"type": "number"}}}
    tools.offer(
        Tool("test.pay", "Pay", "Pays", "effect", arguments, lambda *_: {}, lambda: True, lambda _: [])
    )
    try:
        lessons = Lessons(cast, tools=["test.pay"])
        for amount in (5000, 7000.5, 9000):
            lessons.action("reject", tool="test.pay", amount=amount)
        for amount in (10, 20, 4999):
            lessons.action("approve", tool="test.pay", amount=amount)
        [proposal] = lessons.notice()
        assert "where Amount is 5000 or more" in lessons.page()
        assert lessons.post("dana", f"proposals/{proposal.pk}/acceptance", version=1).status_code == 303
        [rule] = lessons.file()["policy"]
        assert rule["when"] == "has(args.amount) && args.amount >= 5000"
        with scopes_disabled():
            Proposal.objects.all().delete()
        lessons.publish(tools=["test.pay"], model="openai:gpt")
        lessons.action("approve", tool="test.pay", amount=6000)
        assert lessons.notice() == []
    finally:
        tools.withdraw("test.pay")


@pytest.mark.django_db
def test_a_dropped_one_comes_back_only_with_as_many_new_cases(lessons: Lessons) -> None:
    for _ in range(3):
        lessons.action("reject", to=BLOCKED)
    [proposal] = lessons.notice()
    drop = f"proposals/{proposal.pk}/dismissal"
    assert lessons.post("dana", drop, note=" ").status_code == 422
    assert lessons.post("dana", drop, note="They pay late, that is all.").status_code == 303
    for _ in range(2):
        lessons.action("reject", to=BLOCKED)
        assert lessons.notice() == []
    assert "They pay late, that is all." in lessons.page()
    lessons.action("reject", to=BLOCKED)
    assert lessons.notice() == [proposal]
    assert lessons.notice() == [proposal], "looking again changes nothing"
    assert lessons.post("alice", f"proposals/{proposal.pk}/acceptance", version=1).status_code == 303
    with scopes_disabled():
        assert Proposal.objects.get().note is None, "what Dana wrote is not taken for Alice's"


@pytest.mark.django_db
def test_who_may_publish_the_agent_and_sees_its_reviews_answers(lessons: Lessons, client: Client) -> None:
    lessons.cast.add("erin", "builder")
    for _ in range(3):
        lessons.action("reject", to=BLOCKED)
    [proposal] = lessons.notice()
    path = f"/api/v1/proposals/{proposal.pk}/acceptance"
    wanted = {"erin": 404, "charlie": 404, "bob": 403}
    for who, status in wanted.items():
        answer = client.post(path, {"version": 1}, "application/json", headers=lessons.cast.bearer(who))
        assert answer.status_code == status, who
    assert "What was learned" in lessons.page("alice")
    service = {"Authorization": f"Bearer {lessons.cast.key('alice', is_service=True)}"}
    assert client.post(path, {"version": 1}, "application/json", headers=service).status_code == 403
    assert lessons.file()["number"] == 1
    with scopes_disabled():
        Agent.objects.update(owner_id=lessons.cast.erin.pk)
    erin = {"headers": lessons.cast.bearer("erin")}
    page = lessons.page("erin")
    assert "was rejected 3 times" in page, "the owner sees what was decided before"
    [run, *_] = re.findall(r'href="(/demo/runs/[0-9a-f-]{36}/)"', page)
    assert enter(Client(), lessons.cast.erin).get(run).status_code == 200
    assert not re.search(r'href="/demo/reviews/[0-9a-f]', page), "which the former owner alone can open"
    assert client.post(path, {"version": 1}, "application/json", **erin).status_code == 201  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_api_lists_accepts_and_drops(lessons: Lessons, client: Client) -> None:
    for _ in range(3):
        lessons.action("reject", to=BLOCKED)
    lessons.notice()
    dana: Any = {"headers": lessons.cast.bearer("dana")}  # Any: as the client takes it
    [one] = client.get("/api/v1/agents/clerk/proposals", **dana).json()["items"]
    assert one["changes"] == [{"path": "policy", "before": [], "after": [RULE]}]
    assert [case["outcome"] for case in one["cases"]] == ["rejected"] * 3
    path = f"/api/v1/proposals/{one['id']}"
    stale = client.post(f"{path}/acceptance", {"version": 7}, "application/json", **dana)
    assert (stale.status_code, stale.json()["version"]) == (409, 1)
    done = client.post(f"{path}/acceptance", {"version": 1}, "application/json", **dana)
    assert (done.status_code, done.json()["version"]) == (201, 2)
    late = client.post(f"{path}/dismissal", {"note": "No."}, "application/json", **dana)
    assert (late.status_code, late.json()["type"].endswith("already-finished")) == (409, True)
    assert client.get("/api/v1/agents/clerk/proposals", **dana).json()["items"] == []


@pytest.mark.django_db
def test_where_the_agent_changed_meanwhile_the_change_is_shown_anew(lessons: Lessons) -> None:
    for _ in range(3):
        lessons.action("reject", to=BLOCKED)
    [proposal] = lessons.notice()
    lessons.publish(model="openai:gpt", description="Another.")
    refused = lessons.post("dana", f"proposals/{proposal.pk}/acceptance", version=1)
    assert refused.status_code == 409
    assert b"Publish version 3 with this rule" in refused.content
    assert lessons.file()["number"] == 2
    lessons.publish(model="openai:gpt", policy=[{"tool": "email.send", "decide": "deny"}])
    assert lessons.notice() == [], "what the policy denies already is not proposed"


@pytest.mark.django_db
def test_it_keeps_no_value_and_goes_with_what_is_erased_or_old(lessons: Lessons) -> None:
    for _ in range(3):
        lessons.action("reject", to=BLOCKED)
    [proposal] = lessons.notice()
    assert "blocked" not in str([str(value) for value in proposal.__dict__.values()])
    with scopes_disabled():
        Review.objects.update(closed_at=now() - timedelta(days=91))
    assert lessons.notice() == []
    with scopes_disabled():
        Review.objects.update(closed_at=now())
    assert len(lessons.notice()) == 1
    DataKey.objects.filter(owner_id=lessons.cast.dana.pk).delete()
    assert "Nothing is proposed" in lessons.page()
    assert lessons.notice() == []


@pytest.mark.django_db
def test_approvals_have_nothing_looked_at(lessons: Lessons) -> None:
    lessons.action("approve")
    seal()
    told = {"agent": str(lessons.agent.pk)}
    assert told not in arguments("runs.learn")
    for _ in range(2):
        lessons.action("reject", to=BLOCKED)
        seal()
    assert arguments("runs.learn").count(told) == 1
    JOBS["runs.learn"](agent=str(uuid.uuid4()))


@pytest.mark.django_db
def test_a_rule_that_asks_takes_the_place_of_none_that_denies(lessons: Lessons) -> None:
    """It stands behind what is denied, and is not proposed where more is denied behind it."""
    denied = {"tool": "email.send", "when": 'args.subject == "Salaries"', "decide": "deny"}
    allowed = {"tool": "email.send", "when": f'args.to == "{BLOCKED}"', "decide": "allow"}
    for number in range(3):
        lessons.action("reject", to=BLOCKED, subject=f"S{number}")
    lessons.publish(policy=[denied, allowed], model="openai:gpt")
    [proposal] = lessons.notice()
    assert lessons.post("dana", f"proposals/{proposal.pk}/acceptance", version=2).status_code == 303
    assert lessons.file()["policy"] == [denied, {**allowed, "decide": "ask"}, allowed]
    lessons.publish(policy=[allowed, denied], model="openai:gpt")
    with scopes_disabled():
        Proposal.objects.all().delete()
    assert lessons.notice() == []


@pytest.mark.django_db
def test_no_rule_holds_somebodys_text_or_what_cannot_be_seen(lessons: Lessons) -> None:
    for number in range(3):
        changed = {"to": f"a{number}@one{number}.example", "subject": f"S{number}"}
        lessons.action("reject", **changed, body="Dear Kim,\nyour salary is 12.")
        lessons.action("reject", **changed, body=f"Ten {number}.", cc="k\u200bim")
    assert lessons.notice() == []


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["9" * 5000, "\u0661", ""])
def test_a_version_that_is_none_publishes_nothing(lessons: Lessons, version: str) -> None:
    for _ in range(3):
        lessons.action("reject", to=BLOCKED)
    [proposal] = lessons.notice()
    answer = lessons.post("dana", f"proposals/{proposal.pk}/acceptance", version=version)
    assert answer.status_code in (200, 409)
    assert lessons.file()["number"] == 1
