"""Runs through the API: starting, looking, ending, going on."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from seconder.runs.api import Accepted, RunList, RunOut
from seconder.runs.tests.orders import order, published
from seconder.testing import Cast, drain

pytestmark = pytest.mark.django_db(transaction=True)
RUNS = "/api/v1/agents/orders/runs"


@pytest.fixture
def api(cast: Cast) -> Client:
    """Alice's client, with the agent published."""
    published(cast)
    return Client(headers=cast.bearer("alice"))


def _post(client: Client, path: str, body: object = None, **headers: str) -> Any:  # Any: a test response
    content = body if isinstance(body, (str, bytes)) else json.dumps(body if body is not None else {})
    return client.post(path, content, content_type="application/json", headers=headers)


def _start(client: Client, total: float = 10_001, **headers: str) -> str:
    started = _post(client, RUNS, {"input": order(total)}, **headers)
    assert started.status_code == 202, started.content
    return str(started.json()["id"])


def test_a_run_is_accepted_and_found(api: Client, cast: Cast) -> None:
    started = _post(api, RUNS, {"input": order(9_999)})
    assert started.status_code == 202
    Accepted.model_validate(started.json())
    assert started.json()["status"] == "queued"
    run = api.get(started["Location"]).json()
    RunOut.model_validate(run)
    assert (run["agent_id"], run["agent_version"], run["input"]) == ("orders", 1, order(9_999))
    assert [(step["id"], step["status"]) for step in run["steps"]] == [
        ("approval", "pending"),
        ("order", "pending"),
    ]


def test_below_the_threshold_it_runs_through(api: Client) -> None:
    run_id = _start(api, 9_999)
    drain()
    run = api.get(f"/api/v1/runs/{run_id}").json()
    assert (run["status"], run["reviews"]) == ("succeeded", [])
    assert [step["status"] for step in run["steps"]] == ["skipped", "succeeded"]
    assert [(effect["tool"], effect["status"]) for effect in run["effects"]] == [("email.send", "done")]
    assert run["finished_at"].endswith("Z")


def test_above_it_waits_with_its_review(api: Client) -> None:
    run_id = _start(api)
    drain()
    run = api.get(f"/api/v1/runs/{run_id}").json()
    RunOut.model_validate(run)
    assert run["status"] == "waiting"
    assert len(run["reviews"]) == 1
    assert run["effects"] == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"input": {"email": "a@example.com"}}, "input"),
        ({"input": {**order(), "total": "much"}}, "input.total"),
        ({"input": order(), "dryrun": True}, "dryrun"),
        ({"input": order(), "dry_run": "yes"}, "dry_run"),
        ({}, "input"),
        ([], ""),
        ("{", ""),
        ('{"input": {"total": NaN}}', ""),
        ('{"input": {"total": 1e999}}', ""),
        ('{"input": {"email": "\\u0000"}}', ""),
        ('{"input": {"email": "\\ud800"}}', ""),
        (b"\xff", ""),
        ("[" * 100_000, ""),
        ('{"input": ' + "[" * 64 + "]" * 64 + "}", ""),
    ],
)
def test_what_is_malformed_is_refused_with_its_path(api: Client, body: object, path: str) -> None:
    refused = _post(api, RUNS, body)
    assert refused.status_code == 422, refused.content
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["path"] == path
    assert api.get("/api/v1/runs").json()["items"] == []


def test_a_body_of_another_type_is_refused(api: Client) -> None:
    refused = api.post(RUNS, "input=1", content_type="application/x-www-form-urlencoded")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (415, "unsupported-media-type")


def test_the_same_idempotency_key_is_the_same_run(api: Client, cast: Cast) -> None:
    key = {"Idempotency-Key": "order-1"}
    first = _post(api, RUNS, {"input": order()}, **key)
    again = _post(api, RUNS, json.dumps({"input": order()}, indent=3), **key)
    assert (again.status_code, again.json()) == (202, first.json())
    assert again["Location"] == first["Location"]
    other = _post(api, RUNS, {"input": order(5)}, **key)
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "idempotency-key-reused")
    someone = _post(Client(headers=cast.bearer("dana")), RUNS, {"input": order()}, **key)
    assert someone.json()["id"] != first.json()["id"]
    assert len(api.get("/api/v1/runs").json()["items"]) == 2


def test_a_refusal_is_not_kept_under_the_key(api: Client) -> None:
    assert _post(api, RUNS, {"input": {}}, **{"Idempotency-Key": "k"}).status_code == 422
    assert _post(api, RUNS, {"input": order()}, **{"Idempotency-Key": "k"}).status_code == 202
    assert _post(api, RUNS, {"input": order()}, **{"Idempotency-Key": "with blank"}).status_code == 422


def test_runs_are_listed_newest_first_in_pages(api: Client) -> None:
    ids = [_start(api) for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"/api/v1/runs?limit=2{cursor}").json()
        RunList.model_validate(page)
        seen += [run["id"] for run in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=abc", "statsu=x", "status=x"]
)
def test_a_list_takes_only_what_it_knows(api: Client, query: str) -> None:
    assert api.get(f"/api/v1/runs?{query}").status_code == 422


def test_runs_are_found_by_status(api: Client) -> None:
    waiting, through = _start(api), _start(api, 1)
    drain()
    assert [run["id"] for run in api.get("/api/v1/runs?status=waiting").json()["items"]] == [waiting]
    assert [run["id"] for run in api.get("/api/v1/runs?status=succeeded").json()["items"]] == [through]


def test_who_may_see_a_run(api: Client, cast: Cast) -> None:
    run_id = _start(Client(headers=cast.bearer("dana")))
    drain()
    for name, status in [("dana", 200), ("alice", 200), ("bob", 404), ("finance", 404), ("charlie", 404)]:
        assert Client(headers=cast.bearer(name)).get(f"/api/v1/runs/{run_id}").status_code == status
    assert Client(headers=cast.bearer("bob")).get("/api/v1/runs").json() == {"items": [], "next": None}


def test_a_run_is_canceled_once(api: Client, cast: Cast) -> None:
    run_id = _start(api)
    drain()
    path = f"/api/v1/runs/{run_id}/cancellation"
    assert _post(Client(headers=cast.bearer("bob")), path).status_code == 403
    assert _post(Client(headers=cast.bearer("dana")), path).status_code == 404
    canceled = api.generic("POST", path)
    assert (canceled.status_code, canceled.json()) == (202, {"id": run_id, "status": "canceled"})
    again = _post(api, path)
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "already-finished")


def test_a_canceled_run_is_retried_and_forked_as_new_runs(api: Client) -> None:
    run_id = _start(api)
    drain()
    assert _post(api, f"/api/v1/runs/{run_id}/retries").status_code == 409
    _post(api, f"/api/v1/runs/{run_id}/cancellation")
    retried = _post(api, f"/api/v1/runs/{run_id}/retries")
    assert retried.status_code == 202
    forked = _post(api, f"/api/v1/runs/{run_id}/forks", {"from_step": "approval", "input": order(5)})
    assert forked.status_code == 202, forked.content
    drain()
    for new, status in [(retried, "waiting"), (forked, "succeeded")]:
        run = api.get(f"/api/v1/runs/{new.json()['id']}").json()
        assert (run["parent_run_id"], run["status"]) == (run_id, status)
    for body in ({"from_step": "nowhere"}, {}, {"from_step": "order", "more": 1}):
        assert _post(api, f"/api/v1/runs/{run_id}/forks", body).status_code == 422


def test_a_rehearsal_sends_nothing(api: Client) -> None:
    started = _post(api, RUNS, {"input": order(1), "dry_run": True})
    drain()
    run = api.get(f"/api/v1/runs/{started.json()['id']}").json()
    assert (run["dry_run"], run["status"]) == (True, "succeeded")


@pytest.mark.parametrize("strange", ["x", "0", "00000000-0000-4000-8000-000000000000", "%00", "..", "a%2Fb"])
def test_unknown_and_malformed_ids_are_not_found(api: Client, strange: str) -> None:
    for path in (f"/api/v1/runs/{strange}", f"/api/v1/agents/{strange}", f"/api/v1/reviews/{strange}"):
        answered = api.get(path)
        assert answered.status_code == 404, path
        assert answered["Content-Type"] == "application/problem+json"


def test_a_list_costs_the_same_however_long(
    api: Client, cast: Cast, django_assert_num_queries: Any
) -> None:  # Any: a fixture
    for _ in range(4):
        _start(api)
    drain()
    api.get("/api/v1/runs")  # warms the data keys
    # key, runs, versions, steps, effects, reviews
    with django_assert_num_queries(6):
        assert len(api.get("/api/v1/runs").json()["items"]) == 4


def test_starting_costs_a_fixed_number_of_queries(
    api: Client, django_assert_max_num_queries: Any
) -> None:  # Any: a fixture
    _start(api)
    _start(api)  # a key that was made in a transaction is remembered after it
    # key, agent; the run, its event, two wake-ups, within BEGIN and COMMIT
    with django_assert_max_num_queries(8):
        _start(api)


def test_the_same_key_at_the_same_moment_is_one_run(api: Client, cast: Cast) -> None:
    headers = {**cast.bearer("alice"), "Idempotency-Key": "at-once"}

    def send(_: int) -> tuple[int, str]:
        try:
            answered = _post(Client(headers=headers), RUNS, {"input": order()})
            return answered.status_code, answered.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == 1
    assert len(api.get("/api/v1/runs").json()["items"]) == 1
