"""What holds for the whole API: its doors, its problem documents, its description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from ninja.operation import Operation

from seconder.accounts.callers import guesses
from seconder.accounts.models import ApiKey
from seconder.accounts.roles import VERBS
from seconder.api import api, snapshot
from seconder.core import problems
from seconder.core.doors import OPEN
from seconder.testing import Cast

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOWHERE = "00000000-0000-7000-8000-000000000000"


def _operations() -> Iterator[tuple[str, Operation]]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"/api/v1{path}", operation


def test_every_route_names_its_verb() -> None:
    for path, operation in _operations():
        verb = getattr(operation.view_func, "door", None)
        assert verb in VERBS | {OPEN}, path
        assert bool(operation.auth_callbacks) == (verb != OPEN), path


def test_nobody_gets_in_without_a_key(client: Client, cast: Cast) -> None:
    gone, _ = ApiKey.create(cast.alice, cast.demo)
    revoked, secret = ApiKey.create(cast.bob, cast.demo)
    revoked.revoke()
    wrong = [
        {},
        {"Authorization": "Bearer sec_x"},
        {"Authorization": f"Bearer {secret}"},
        {"Authorization": "Basic eDp4"},
    ]
    wrong.append({"Authorization": f"Bearer {gone.hash}"})
    for number, (path, operation) in enumerate(_operations()):
        if not operation.auth_callbacks:
            continue
        guesses.forget()  # how many wrong keys are too many is another test's
        for headers in wrong:
            for method in operation.methods:
                # Each from a network of its own: wrong keys are limited by network.
                place = f"203.0.113.{number}"
                answered = client.generic(
                    method, path.replace("{id}", NOWHERE), headers=headers, REMOTE_ADDR=place
                )
                assert answered.status_code == 401, path
                assert answered["WWW-Authenticate"] == 'Bearer realm="seconder"'
                assert answered["Content-Type"] == problems.MEDIA_TYPE


@pytest.mark.django_db(transaction=True)
def test_charlie_finds_nothing_of_others(cast: Cast) -> None:
    from django_scopes import scope, scopes_disabled

    from seconder.privacy.tests.registers import registers
    from seconder.runs.models import Run
    from seconder.runs.tests.orders import order, published
    from seconder.testing import drain
    from seconder.verification.models import Review

    agent = published(cast)
    with scope(organization=cast.demo.pk):
        run = Run.start(agent, cast.actor("alice"), order())  # type: ignore[arg-type]  # JSON
    drain()
    with scopes_disabled():
        ids = {"agents": "orders", "runs": str(run.pk), "reviews": str(Review.objects.get().pk)}
        ids["keys"] = str(ApiKey.create(cast.bob, cast.demo)[0].pk)
    ids |= {f"{name}s": value for name, value in registers(cast).items()}
    charlie = Client(headers=cast.bearer("charlie"))
    walked = 0
    for path, operation in _operations():
        noun = path.split("/")[3]
        # A file may be published, and tried, under any id in one's own organization.
        may_publish = noun == "agents" and ("PUT" in operation.methods or path.endswith("/validations"))
        if noun not in ids or "{id}" not in path or may_publish:
            continue  # the rest is walked by test_permissions, with a body that says nothing
        for body in (
            "",
            "{}",
            "{",
            json.dumps({"verdict": "approve", "digest": "x", "input": {}, "from_step": "order"}),
        ):
            real = path.replace("{to}", "people").replace("{id}", ids[noun])
            answered = charlie.generic(operation.methods[0], real, body, "application/json")
            assert answered.status_code == 404, (path, body)
            walked += 1
    assert walked >= 9 * 4
    for noun in ("agents", "runs", "reviews"):
        assert charlie.get(f"/api/v1/{noun}").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/v1/nowhere", 404, "not-found"),
        ("GET", "/api/v2/runs", 404, "not-found"),
        ("GET", "/api/", 404, "not-found"),
        ("GET", "/api/v1/", 404, "not-found"),
        ("DELETE", "/api/v1/runs", 405, "method-not-allowed"),
        ("POST", "/api/v1/reviews", 405, "method-not-allowed"),
    ],
)
def test_what_is_not_there_is_a_problem_document(
    client: Client, method: str, path: str, status: int, kind: str
) -> None:
    answered = client.generic(method, path)
    assert (answered.status_code, answered["Content-Type"]) == (status, problems.MEDIA_TYPE)
    assert answered.json()["type"].endswith(f"/problems/{kind}")
    assert answered.json()["status"] == status
    assert status != 405 or answered["Allow"]


@pytest.mark.django_db
def test_a_fault_of_ours_is_a_problem_document_that_tells_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DatabaseError

    from seconder.agents.models import AgentQuerySet

    def broken(*_: object) -> None:
        raise DatabaseError("secret of ours")

    monkeypatch.setattr(AgentQuerySet, "visible_to", broken)
    client = Client(raise_request_exception=False, headers=cast.bearer("alice"))
    answered = client.get("/api/v1/agents")
    assert (answered.status_code, answered["Content-Type"]) == (500, problems.MEDIA_TYPE)
    assert b"secret" not in answered.content


@pytest.mark.django_db
def test_a_wrong_host_is_a_problem_document(client: Client) -> None:
    answered = client.get("/api/v1/runs", headers={"Host": "evil.example"})
    assert (answered.status_code, answered["Content-Type"]) == (400, problems.MEDIA_TYPE)


def test_every_type_of_problem_is_documented_and_opens(client: Client) -> None:
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", (REFERENCE / "api.md").read_text(), re.MULTILINE))
    types = {kind.type for kind in problems.types()}
    assert listed == types
    for name in types:
        assert client.get(f"/problems/{name}").status_code == 200
    assert client.get("/problems/nothing").status_code == 404


def test_every_route_is_documented() -> None:
    page = (REFERENCE / "api.md").read_text()
    for path, operation in _operations():
        for method in operation.methods:
            assert f"`{method} {path.removeprefix('/api/v1')}`" in page, (method, path)


def test_the_description_equals_its_snapshot(client: Client) -> None:
    assert (REFERENCE / "openapi.json").read_text() == snapshot(), (
        "The API changed. Look at the difference, then write the snapshot anew: "
        '.venv/bin/python manage.py shell -v 0 -c "from seconder.api import write_snapshot; write_snapshot()"'
    )
    served: Any = client.get("/api/v1/openapi.json").json()  # Any: JSON
    assert served == json.loads(snapshot())
    assert served["openapi"].startswith("3.1")


def test_references_inside_the_description_lead_somewhere() -> None:
    document: Any = json.loads(snapshot())  # Any: JSON
    for reference in re.findall(r'"\$ref": ?"#/([^"]+)"', json.dumps(document)):
        found = document
        for part in reference.split("/"):
            found = found[part]


def test_the_key_of_the_record_is_published(client: Client) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", client.get("/.well-known/seconder-audit-key").json()["public_key"])


@pytest.mark.django_db
def test_health_and_metrics(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert (client.get("/readyz").status_code, client.get("/readyz").json()) == (
        503,
        {"database": True, "worker": False},
    )
    metrics = client.get("/metrics")
    assert metrics["Content-Type"].startswith("text/plain; version=0.0.4")
    for name in (
        "seconder_reviews_open",
        "seconder_review_median_seconds_last_day",
        "seconder_events_unsealed",
        "seconder_due_run_age_seconds",
    ):
        assert re.search(rf"^{name} [\d.]+$", metrics.content.decode(), re.MULTILINE)
