"""Values given on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from django.core.files.uploadedfile import SimpleUploadedFile

from seconder.cli import following, given
from seconder.cli.terminal import Failed
from seconder.ui import uploads


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


def test_a_mail_answers_with_its_words_as_it_does_on_the_page(tmp_path: Path) -> None:
    mail, notes = tmp_path / "order.eml", tmp_path / "notes.txt"
    mail.write_bytes(
        b"From: a@b.example\r\nSubject: =?utf-8?q?Order_=C3=BC?=\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nVG90YWw6IDM=\r\n"
    )
    notes.write_bytes(b"By train.\r\nBoth ways.")
    words = "From: a@b.example\nSubject: Order \u00fc\n\nTotal: 3\n"
    assert given.answer_of("", [f"brief=@{mail}", f"more.notes=@{notes}"]) == {
        "brief": words,
        "more": {"notes": "By train.\nBoth ways."},
    }
    assert given.answer_of(f"@{mail}", []) == words
    assert given.input_of(f"@{mail}") == {"text": words}
    assert uploads.text_in(SimpleUploadedFile("order.eml", mail.read_bytes())) == words


def test_an_answer_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "brief.png").write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(Failed, match=r"brief\.png is not a mail and not plain text"):
        given.answer_of("", [f"brief=@{tmp_path / 'brief.png'}"])


@pytest.mark.parametrize("word", ["{", "@/nowhere/order.json", "text"])
def test_what_is_no_input_is_wrong_usage(word: str) -> None:
    with pytest.raises(typer.BadParameter):
        given.input_of(word)


def test_a_mail_without_words_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"From: a@b.example\r\n\r\n")
    with pytest.raises(Failed, match=r"empty\.eml: The mail holds no text"):
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
