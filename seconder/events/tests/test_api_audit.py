from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from seconder.core.json import Object
from seconder.events.api import RecordList
from seconder.events.chain import GENESIS, link
from seconder.runs.tests.orders import published
from seconder.testing import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_record_is_read_in_its_order_and_adds_up(cast: Cast) -> None:
    from django_scopes import scope

    from seconder.runs.models import Run

    agent = published(cast)
    with scope(organization=cast.demo.pk):
        for total in range(3):
            Run.start(agent, cast.actor("alice"), {"total": total, "email": "a@example.com"})
    alice, records = Client(headers=cast.bearer("alice")), []
    after = ""
    while True:
        page: Any = alice.get(f"/api/v1/audit?limit=2{after}").json()  # Any: JSON
        RecordList.model_validate(page)
        records += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert [record["name"] for record in records] == ["agent.published", *["run.queued"] * 3]
    assert [record["seq"] for record in records] == [1, 2, 3, 4]
    head = GENESIS
    for record in records:
        body: Object = {key: value for key, value in record.items() if key != "hash"}
        head = link(head, body)
        assert head.hex() == record["hash"]


def test_only_owners_and_admins_read_it(cast: Cast) -> None:
    published(cast)
    for name in ("bob", "dana"):
        assert Client(headers=cast.bearer(name)).get("/api/v1/audit").status_code == 403
    assert Client(headers=cast.bearer("charlie")).get("/api/v1/audit").json()["items"] == []
    assert Client(headers=cast.bearer("alice")).get("/api/v1/audit?after=-1").status_code == 422
