"""Where the installation stands decides who is abroad, and who is abroad needs a mechanism and a fallback."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.core import checks

from seconder.core import recipient_facts, regions
from seconder.core.recipients import RECIPIENTS
from seconder.core.transfers import abroad, faults

pytestmark = pytest.mark.clause("X-01")
MECHANISM, FALLBACK = "EU-US Data Privacy Framework", "standard contractual clauses, module 2"


@pytest.fixture(autouse=True)
def _openai(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    settings.MODEL, settings.MODEL_BASE_URL, settings.COUNTRY = "openai:gpt-4.1", None, "DE"


@pytest.mark.invariant("J09")
def test_whoever_is_abroad_has_a_mechanism_and_a_fallback_or_nothing_starts(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    assert [one.id for one in abroad()] == ["openai"]
    found = [error.msg for error in checks.run_checks(tags=["personal_data"])]
    assert any(
        "OpenAI (openai) is in US, abroad, and has not a mechanism of transfer" in said for said in found
    )
    monkeypatch.setitem(RECIPIENTS, "openai", replace(RECIPIENTS["openai"], transfer=MECHANISM))
    [fault] = faults()
    assert "a fallback" in fault
    monkeypatch.setitem(
        RECIPIENTS, "openai", replace(RECIPIENTS["openai"], transfer=MECHANISM, fallback=FALLBACK)
    )
    assert faults() == []
    monkeypatch.setitem(RECIPIENTS, "openai", replace(RECIPIENTS["openai"], countries=()))
    [fault] = faults()
    assert "in which countries OpenAI" in fault
    settings.COUNTRY = None
    assert faults() == []  # which `doctor` asks for


@pytest.mark.invariant("J09")
def test_within_the_european_economic_area_nothing_is_abroad_and_on_this_machine_neither(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    monkeypatch.setitem(RECIPIENTS, "openai", replace(RECIPIENTS["openai"], countries=("IE", "NO")))
    assert faults() == []
    settings.COUNTRY = "US"
    assert len(faults()) == 2
    settings.MODEL_BASE_URL = "http://127.0.0.1:11434/v1"
    assert abroad() == []  # the server stands here, and is asked in OpenAI's place
    settings.MODEL_BASE_URL = "https://models.example.net/v1"
    [fault] = faults()
    assert "model-server" in fault


def test_a_recipient_that_there_is_none_of_stops_the_start(settings: LazySettings) -> None:
    settings.RECIPIENTS, settings.COUNTRY = {"opanai": {}}, None
    [fault] = faults()
    assert "speaks of 'opanai'" in fault


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("[", "is not JSON"),
        ("[]", "must be a JSON object"),
        ({"openai": 1}, "must be a JSON object"),
        ({"openai": {"country": "US"}}, "unknown field 'country'"),
        ({"openai": {"countries": ["us"]}}, "'countries'"),
        ({"openai": {"countries": []}}, "'countries'"),
        ({"openai": {"role": "friend"}}, "'role'"),
        ({"openai": {"since": "soon"}}, "'since'"),
        ({"openai": {"transfer": ""}}, "'transfer'"),
        ({"agent-addresses": {"countries_of_hosts": {"API": ["DE"]}}}, "'countries_of_hosts'"),
    ],
)
def test_what_the_operator_says_is_checked(said: object, why: str) -> None:
    text = said if isinstance(said, str) else json.dumps(said)
    assert why in (recipient_facts.complaint(text) or "")


def test_what_the_operator_says_is_read() -> None:
    text = json.dumps(
        {"agent-addresses": {"countries_of_hosts": {"api.example.com": ["DE"]}, "since": "2026-11-25"}}
    )
    assert recipient_facts.complaint(text) is None
    facts = recipient_facts.read(text)["agent-addresses"]
    assert facts["countries_of_hosts"] == {"api.example.com": ("DE",)}
    assert str(facts["since"]) == "2026-11-25"
    assert regions.outside(("DE", "US"), "eea") == ["US"]
    assert regions.outside(("US",), "any") == []
