"""Values given on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from seconder.cli import following, given
from seconder.cli.terminal import Failed


def test_an_input_is_json_or_a_file(tmp_path: Path) -> None:
    assert given.input_of("") == {}
    assert given.input_of('{"total": 3}') == {"total": 3}
    (tmp_path / "order.json").write_text('{"text": "a"}')
    assert given.input_of(f"@{tmp_path / 'order.json'}") == {"text": "a"}
    (tmp_path / "order.txt").write_text("Total: 3\n")
    assert given.input_of(f"@{tmp_path / 'order.txt'}") == {"text": "Total: 3\n"}
    (tmp_path / "order.eml").write_bytes(b"From: a@b.example\r\nSubject: Order\r\n\r\nTotal: 3\r\n")
    assert given.input_of(f"@{tmp_path / 'order.eml'}") == {
        "text": "From: a@b.example\nSubject: Order\n\nTotal: 3\n"
    }


@pytest.mark.parametrize("word", ["{", "@/nowhere/order.json", "text"])
def test_what_is_no_input_is_wrong_usage(word: str) -> None:
    with pytest.raises(typer.BadParameter):
        given.input_of(word)


def test_a_mail_without_words_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"From: a@b.example\r\n\r\n")
    with pytest.raises(Failed, match="holds no text"):
        given.input_of(f"@{tmp_path / 'empty.eml'}")


def test_an_edit_is_json_where_it_reads_as_json() -> None:
    words = ["a.total=9000", "a.name=Acme = Sons", "a.ok=true", 'a.tags=["x"]', "a.code=007", 'a.text="12"']
    assert given.edits_of(words) == {
        "a.total": 9000,
        "a.name": "Acme = Sons",
        "a.ok": True,
        "a.tags": ["x"],
        "a.code": "007",
        "a.text": "12",
    }
    for wrong in ("total", "=3", " =3"):
        with pytest.raises(typer.BadParameter):
            given.edits_of([wrong])


def test_server_sent_events_are_read_from_their_lines() -> None:
    lines = [
        ": hello",
        "",
        "id: 4",
        "event: run.queued",
        'data: {"a":',
        "data: 1}",
        "",
        "event: end",
        "data: {}",
        "",
        "id: 5",
    ]
    told = list(following.parse(iter(lines)))
    assert told == [following.Told("4", "run.queued", {"a": 1}), following.Told("", "end", {})]
