"""The shelf, and email.send as a step uses it."""

from __future__ import annotations

import email
from dataclasses import replace
from email.policy import default
from pathlib import Path

import pytest
from pytest_django import Settings

from seconder.agents import tools
from seconder.agents.tools import ToolFailed
from seconder.core import ai_notice, mail
from seconder.core.json import Object

ORDER: Object = {"to": "orders@vendor.example", "subject": "Order confirmed", "body": "Acme GmbH …"}


@pytest.fixture
def outbox(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_URL = (tmp_path / "outbox").as_uri()
    return tmp_path / "outbox"


@pytest.fixture
def send() -> tools.Tool:
    tool = tools.find("email.send")
    assert tool
    return tool


def test_the_shelf_knows_what_wiring_put_there() -> None:
    assert [tool.name for tool in tools.all_tools()] == sorted({tool.name for tool in tools.all_tools()})
    assert tools.find("email.send")
    assert tools.find("email.sent") is None


def test_a_message_goes_out_once_per_key(send: tools.Tool, outbox: Path) -> None:
    result = send.run(ORDER, "run-1:order")
    assert send.run(ORDER, "run-1:order") == result

    (file,) = outbox.iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    assert file.name == "run-1:order.eml"
    assert message["Subject"] == "Order confirmed"
    assert result == {"message_id": message["Message-ID"], "accepted": ["orders@vendor.example"]}
    assert send.takes_key()
    assert send.repeats_safely(ORDER)


def test_a_provider_without_keys_makes_a_repeat_unsafe(send: tools.Tool, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:2525"
    assert not send.takes_key()
    assert not send.repeats_safely(ORDER)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"to": []}, "to"),
        ({"to": ["a@b.example"] * 51}, "to"),
        ({"to": 5}, "to"),
        ({"subject": ""}, "subject"),
        ({"subject": None}, "subject"),
        ({"attachment": "x"}, "attachment"),
        ({"to": "a@b.example\nBcc: c@d.example"}, "not one e-mail address"),
        ({"subject": "a\nBcc: c@d.example"}, "subject"),
    ],
)
def test_bad_arguments_surely_send_nothing(
    changed: Object, named: str, send: tools.Tool, outbox: Path
) -> None:
    with pytest.raises(ToolFailed, match=named) as failure:
        send.run({**ORDER, **changed}, "key")
    assert (failure.value.retryable, failure.value.happened) == (False, "no")
    assert not outbox.exists()


def test_a_rehearsal_describes_and_sends_nothing(send: tools.Tool, outbox: Path) -> None:
    rehearsed = send.rehearse({**ORDER, "to": ["a@b.example", "c@d.example"], "cc": "e@f.example"})
    assert rehearsed == {
        "rehearsed": True,
        "would": [
            {"label": "To", "value": "a@b.example, c@d.example"},
            {"label": "Cc", "value": "e@f.example"},
            {"label": "Will be sent as", "value": mail.sent_as(), "made_by": ""},
            {"label": "Subject", "value": "Order confirmed"},
            {"label": "Body", "value": "Acme GmbH …"},
            {"label": "Ends with", "value": ai_notice.MAIL, "made_by": ""},
        ],
    }
    assert not outbox.exists()


def test_the_fingerprint_follows_what_the_tool_takes(send: tools.Tool) -> None:
    other = replace(send, arguments={**send.arguments, "required": ["to"]})
    assert other.fingerprint != send.fingerprint
    assert replace(send, title="Mail").fingerprint == send.fingerprint


def test_what_the_check_of_an_agents_file_sees_of_a_tool() -> None:
    spec = tools.spec("email.send")
    assert spec
    assert (spec.name, spec.kind, spec.args["required"]) == (
        "email.send",
        "effect",
        ["to", "subject", "body"],
    )
    assert tools.spec("email.sent") is None
