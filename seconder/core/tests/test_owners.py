"""Every datum about a person leads to that person, or says why it does not, and is kept by a rule that there is."""

from __future__ import annotations

import dataclasses

import pytest
from django.core import checks

from seconder.core import owners, retention
from seconder.core.data_map import data_map
from seconder.core.disposal import DISPOSALS
from seconder.core.vocabulary import Datum

FINE = Datum("user.name", purpose="service.accounts", owner="person_id")


def faults_with(monkeypatch: pytest.MonkeyPatch, **changes: str | bool) -> list[str]:
    """What is said of a membership's role if it were declared so."""
    table = data_map()["accounts.membership"]
    monkeypatch.setitem(table, "role", dataclasses.replace(FINE, **changes))  # type: ignore[arg-type]  # fields of a Datum
    found = checks.run_checks(tags=["personal_data"])
    assert all(fault.is_serious() and fault.id == "seconder.E002" for fault in found)
    return [fault.msg.removeprefix("accounts.membership.role ").rstrip(".") for fault in found]


@pytest.mark.clause("G-01")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"owner": "person__id"}, []),
        ({"owner": "organization__name", "known_by": "address"}, []),
        ({"owner": "", "no_owner": "Nobody is named"}, []),
        (
            {"owner": ""},
            [
                "needs an `owner` that leads to the person, or `no_owner` that says why there is none, and not both"
            ],
        ),
        ({"owner": "people_id"}, ["has the owner 'people_id', to which no path leads"]),
        ({"owner": "role__person_id"}, ["has the owner 'role__person_id', to which no path leads"]),
        ({"owner": "created_at"}, ["has the owner 'created_at', which holds no id"]),
        ({"keep": "a while"}, ["is kept 'a while', which is no rule in core.retention"]),
    ],
)
def test_what_leads_to_nobody_does_not_run(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], said: list[str]
) -> None:
    assert faults_with(monkeypatch, **changes) == said


def test_each_rule_is_used_and_says_why() -> None:
    used = {datum.keep for _, _, datum in owners.data()} | {one.keep for one in DISPOSALS.values()}
    assert used == set(retention.RULES)
    assert all(rule.since and rule.why.endswith(".") for rule in retention.RULES.values())
    with pytest.raises(ValueError, match="declared twice"):
        retention.declare_rule("24 h", "a day", since="it was made", days=1, why="So.")


def test_each_column_of_free_text_is_found_by_its_writing() -> None:
    """What is written under a person's key was written by somebody, so it may hold anything."""
    plain = [
        f"{model}.{column}"
        for model, column, datum in owners.data()
        if (datum.erase == "destroy key" or datum.category == "user.content.private") and not datum.free_text
    ]
    assert plain == []
