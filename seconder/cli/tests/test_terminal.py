"""Rows, fields and failures as the terminal prints them: what others wrote neither steers it nor passes for a line."""

from __future__ import annotations

import pytest

from seconder import cli
from seconder.cli.reviews import _row
from seconder.cli.terminal import safe, show, show_all

HOSTILE = "May we?\x1b[2J\u202e\r\nforged  approved"


def test_lists_and_fields_print_what_others_wrote_for_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    person = {"id": "1", "name": HOSTILE, "email": "x@example.com"}
    review = {
        "id": "1", "question": HOSTILE, "agent_id": "clerk", "requester": person, "assignees": [person, person],
        "outcome": None, "status": "open", "due_at": "2026-11-25T08:00:00Z",
    }  # fmt: skip
    show_all([_row(review)], as_json=False, none="")
    listed = capsys.readouterr().out
    show({"id": "1", "question": HOSTILE, "people": [HOSTILE]}, as_json=False)
    for printed, lines in ((listed, 2), (capsys.readouterr().out, 5)):
        assert len(printed.splitlines()) == lines
        assert "⟨U+001B⟩[2J⟨U+202E right-to-left override⟩" in printed
        assert not any(line.startswith("forged") for line in printed.splitlines())
        assert not {"\x1b", "\u202e", "\r"} & set(printed)


def test_a_failure_is_one_line_whatever_it_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert safe("No agent \x1b[2J\nforged") == "No agent ⟨U+001B⟩[2J forged"
    assert cli.run("runs", ["\x1b[2J\nforged"]) != 0
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert len(said.splitlines()) == 1
