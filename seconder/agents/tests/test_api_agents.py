"""Agents through the API: publishing a file, as YAML or JSON, and reading what was published."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from django.test import Client

from seconder.agents.api import AgentList, AgentPublished, AgentWhole, VersionList
from seconder.runs.tests.orders import FILE
from seconder.testing import Cast

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/agents/orders"


@pytest.fixture
def api(cast: Cast) -> Client:
    return Client(headers=cast.bearer("dana"))


def _put(
    client: Client, content: str | bytes, kind: str = "application/yaml", path: str = ORDERS
) -> Any:  # Any: a test response
    return client.put(path, content, content_type=kind)


def test_a_file_is_published_as_yaml_or_json(api: Client, cast: Cast) -> None:
    first = _put(api, FILE)
    assert first.status_code == 201, first.content
    AgentPublished.model_validate(first.json())
    assert (first.json()["id"], first.json()["version"], first["Location"]) == ("orders", 1, ORDERS)
    assert first.json()["owner"]["name"] == "Dana"
    same = _put(api, json.dumps(yaml.safe_load(FILE)), "application/json")
    assert (same.status_code, same.json()["version"]) == (200, 1)
    other = _put(api, FILE.replace("10000", "20000"))
    assert (other.status_code, other.json()["version"]) == (200, 2)


def test_what_was_published_can_be_read(api: Client, cast: Cast) -> None:
    _put(api, FILE)
    _put(api, FILE.replace("10000", "20000"))
    whole = api.get(ORDERS).json()
    AgentWhole.model_validate(whole)
    assert whole["file"]["steps"][0]["review"]["when"] == "input.total > 20000"
    versions = api.get(f"{ORDERS}/versions").json()
    VersionList.model_validate(versions)
    assert [version["version"] for version in versions["items"]] == [2, 1]
    listed = Client(headers=cast.bearer("bob")).get("/api/v1/agents").json()
    AgentList.model_validate(listed)
    assert [agent["id"] for agent in listed["items"]] == ["orders"]
    again = _put(api, json.dumps(versions["items"][1]["file"]), "application/json")
    assert (again.status_code, again.json()["version"]) == (200, 3)


@pytest.mark.parametrize(
    ("content", "path", "kind"),
    [
        ("steps: [", "", "invalid"),
        ("!!python/object:os.system x", "", "invalid"),
        (FILE.replace("tool: email.send", "tool: email.sent"), "steps[1].tool", "invalid"),
        (FILE + "colour: red\n", "colour", "invalid"),
        (FILE.replace("id: orders", "id: other"), "id", "invalid"),
        (FILE + "triggers: [{webhook: {name: orders}}]\n", "triggers", "not-supported-yet"),
    ],
)
def test_a_fault_is_named_with_its_path_and_nothing_is_stored(
    api: Client, content: str, path: str, kind: str
) -> None:
    refused = _put(api, content)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["type"].endswith(f"/{kind}")
    fault = refused.json()["faults"][0]
    assert fault["path"].startswith(path)
    assert fault["message"]
    assert len(fault["value"]) <= 100
    assert api.get(ORDERS).status_code == 404


def test_a_file_that_is_too_large_or_of_another_type_is_refused(api: Client) -> None:
    assert _put(api, b"#" * (1024 * 1024 + 1)).status_code == 413
    assert _put(api, b"#" * (3 * 1024 * 1024)).status_code == 413
    assert _put(api, FILE, "text/html").status_code == 415
    assert _put(api, FILE, "application/json").status_code == 422


def test_only_builders_publish(cast: Cast) -> None:
    refused = _put(Client(headers=cast.bearer("bob")), FILE)
    assert (refused.status_code, refused.json()["verb"]) == (403, "agents.build")


def test_agents_of_others_are_not_there(api: Client, cast: Cast) -> None:
    _put(api, FILE)
    charlie = Client(headers=cast.bearer("charlie"))
    assert charlie.get("/api/v1/agents").json()["items"] == []
    assert charlie.get(ORDERS).status_code == charlie.get(f"{ORDERS}/versions").status_code == 404
    assert (
        _put(
            charlie, FILE.replace("[finance@example.com], teams: [finance]", "[charlie@example.com]")
        ).status_code
        == 201
    )
    assert len(api.get(f"{ORDERS}/versions").json()["items"]) == 1


def test_the_schema_of_the_file_is_public(client: Client) -> None:
    schema = client.get("/api/v1/agent.schema.json")
    assert schema.status_code == 200
    assert schema.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_list_costs_the_same_however_long(
    api: Client, django_assert_num_queries: Any
) -> None:  # Any: a fixture
    for name in ("one", "two", "three"):
        assert (
            _put(api, FILE.replace("id: orders", f"id: {name}"), path=f"/api/v1/agents/{name}").status_code
            == 201
        )
    # key, agents, people
    with django_assert_num_queries(3):
        assert len(api.get("/api/v1/agents").json()["items"]) == 3
