"""The evidence of a run: what is in it, for whom, and that its script alone finds every changed byte."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django_scopes import scopes_disabled

from seconder.agents import tools
from seconder.agents.tests.scripted_model import ScriptedModel
from seconder.core.encryption import ERASED, keyring
from seconder.core.models import DataKey
from seconder.events.signing import public_key
from seconder.runs import verify_evidence
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage, stage
from seconder.runs.tests.test_allowances import allowed, pays, publish
from seconder.runs.tests.test_questions import GOOD, asks
from seconder.runs.tests.test_races import waits_for_a_lock
from seconder.runs.tests.test_running_sums import PAY
from seconder.runs.verify_evidence import CLOSES, OPENS, check
from seconder.testing import enter

__all__ = ["stage"]
SCRIPT = Path(str(verify_evidence.__file__))
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "evidence.md"
REVIEW = {
    "question": "May <b>we</b> order </script> this?",
    "show": ["input"],
    "assign": {"people": ["bob@example.com"]},
}
MAIL = {"to": "{{ input.to }}", "subject": "Order", "body": "Go"}
INPUT = {"type": "object", "properties": {"to": {"type": "string"}, "note": {"type": "string"}}}


@pytest.fixture
def run(stage: Stage) -> Run:
    """Decided, mailed and over."""
    steps: list[dict[str, Any]] = [  # Any: an agent's file
        {"id": "approval", "review": REVIEW},
        {"id": "order", "tool": "email.send", "with": MAIL},
    ]
    agent = stage.publish(*steps, input=INPUT)
    made = stage.run(agent, to="vendor@example.com", note="Zürich </script><script>alert(1)</script>")
    review = stage.review(made)
    with scopes_disabled():
        review.decide(stage.cast.actor("bob", "web"), "approve", digest=review.digest, note="Within budget.")
    stage.work()
    made = stage.look(made)
    assert made.status == "succeeded"
    return made


def file_of(stage: Stage, run: Run, who: str = "dana") -> bytes:
    answer = Client().get(f"/api/v1/runs/{run.pk}/evidence", headers=stage.cast.bearer(who))
    assert answer.status_code == 200
    return answer.content


def parts_of(content: bytes) -> list[Any]:  # Any: JSON
    lines = content.partition(OPENS)[2].removesuffix(CLOSES).split(b"\n")[:-1]
    return [json.loads(line.partition(b" ")[2]) for line in lines]


def verified(folder: Path, content: bytes, *more: str, script: str = "") -> tuple[int, str, str]:
    """Exit code and what is said, of a Python that knows `cryptography` and nothing of ours."""
    file, alone = folder / "evidence.html", folder / "verify_evidence.py"
    file.write_bytes(content)
    alone.write_text(script or SCRIPT.read_text())
    done = subprocess.run(
        [sys.executable, "-I", str(alone), str(file), *more],
        cwd=folder, env={}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_script_of_sixty_lines_verifies_it_without_the_product(
    stage: Stage, run: Run, tmp_path: Path
) -> None:
    content, text = file_of(stage, run), SCRIPT.read_text()
    assert len(text.splitlines()) <= 60
    assert "seconder." not in text.replace("seconder evidence", "")
    code, said, wrong = verified(tmp_path, content, public_key())
    assert (code, wrong) == (0, "")
    assert str(run.pk) in said
    assert "not checked" not in said
    shipped = unescape(content.decode().split("<pre>")[1].split("</pre>")[0])
    assert shipped.strip() == text.strip(), "the file carries it"
    assert text in GUIDE.read_text(), "and so do the documents"
    code, said, _ = verified(tmp_path, content, script=shipped)
    assert code == 0
    assert said.endswith("; whether this is the signer's key was not checked\n")
    code, _, wrong = verified(tmp_path, content, "00" * 32)
    assert code == 1
    assert "another key" in wrong


def test_the_first_broken_place_is_named(stage: Stage, run: Run, tmp_path: Path) -> None:
    content = file_of(stage, run)
    assert verified(tmp_path, content.replace(b"Within budget.", b"Within budgex."))[2].startswith(
        "Broken at the page or part 1"
    )
    page, _, lines = content.partition(OPENS)
    forged = page + OPENS + lines.replace(b"Within budget.", b"Within budgex.")
    code, _, wrong = verified(tmp_path, forged)
    assert code == 1
    number = next(n for n, line in enumerate(lines.splitlines(), 1) if b"Within budget." in line)
    assert wrong.startswith(f"Broken at part {number}, ")
    assert '"part":"step"' in wrong, "the first that holds the note"


def test_no_byte_can_change_unnoticed_nor_can_a_part_be_moved_or_left_out(stage: Stage, run: Run) -> None:
    content = file_of(stage, run)
    assert check(content) is None
    begins = content.index(OPENS)
    places = [
        *range(0, begins, 997),
        *range(begins, len(content), 31),
        *range(len(content) - 400, len(content)),
    ]
    for place in places:
        for other in (content[place] ^ 1, content[place] ^ 0x20, 0x0A):
            changed = content[:place] + bytes([other]) + content[place + 1 :]
            assert changed == content or check(changed), place
    ends = [place for place in range(begins, len(content)) if content[place] == 0x0A]
    for place in [*ends, len(content) - 400, len(content) - 500]:
        for put in (b"", b"\r", b"\n\n", b"\r\n", b"\t", b" "):
            changed = content[:place] + put + content[place + 1 :]
            assert check(changed), (place, put)
    signature = content.rindex(b"\n", 0, content.rindex(b"\n", 0, -30)) + 8
    for put in (b"\t", b"\x0b"):
        assert check(content[:signature] + put + content[signature:])
    head = content.rindex(b"\n", 0, signature) + 1
    signed = content[head : head + 128]
    assert check(content[:head] + signed.upper() + content[head + 128 :])
    page, _, rest = content.partition(OPENS)
    lines = rest.removesuffix(CLOSES).splitlines(keepends=True)
    for wrong in (
        lines[1:],
        [*lines[:2], *lines[3:]],
        [*lines[:-2], lines[-1]],
        [lines[1], lines[0], *lines[2:]],
        [],
    ):
        assert check(page + OPENS + b"".join(wrong) + CLOSES)
    assert check(content[:-1])
    assert check(content + b" ")
    assert check(b"")


def test_it_holds_the_run_its_decisions_its_effects_and_its_records(stage: Stage, run: Run) -> None:
    page, _, lines = file_of(stage, run).partition(OPENS)
    text, data = page.decode(), lines.decode()
    for said in ("vendor@example.com", "Within budget.", "Bob", "email.send", "review.decided"):
        assert said in text
        assert said in data
    assert "<script>alert" not in text
    assert "</script" not in data.removesuffix(CLOSES.decode())
    kinds = [line.split('"part":"')[1].split('"')[0] for line in data.splitlines() if '"part":"' in line]
    assert {kind: kinds.count(kind) for kind in set(kinds)}.items() >= {
        "run": 1,
        "step": 2,
        "review": 1,
        "effect": 1,
    }.items()
    assert kinds.count("record") >= 5


def test_of_each_decision_it_says_who_how_on_which_card_and_why_and_of_each_effect_what_was_done(
    stage: Stage, run: Run
) -> None:
    content = file_of(stage, run)
    page, parts = content.partition(OPENS)[0], parts_of(content)
    [review] = [part["review"] for part in parts if part["part"] == "review"]
    [decision], [effect] = review["decisions"], [part["effect"] for part in parts if part["part"] == "effect"]
    bob = str(stage.cast.bob.pk)
    assert decision["by"]["id"] == bob
    assert (decision["verdict"], decision["note"]) == ("approve", "Within budget.")
    assert (decision["channel"], decision["strength"]) == ("web", "session")
    assert decision["digest"] == review["digest"]
    assert {line["label"]: line["value"] for line in effect["did"]}["To"] == "vendor@example.com"
    records = {part["record"]["name"]: part["record"] for part in parts if part["part"] == "record"}
    decided, claimed = records["review.decided"], records["effect.claimed"]
    assert decided["by"] == {"kind": "person", "id": bob}
    assert (decided["channel"], decided["strength"]) == ("web", "session")
    assert (decided["facts"]["decision"], decided["facts"]["shown"]) == (decision["id"], decision["digest"])
    assert claimed["facts"]["content"] == effect["content"]
    for said in ("Channel web, sign-in session", decision["digest"], effect["content"]):
        assert said in page.decode()


def test_it_holds_where_its_people_were_erased(stage: Stage, run: Run) -> None:
    DataKey.objects.filter(owner_id__in=[stage.cast.dana.pk, stage.cast.bob.pk]).delete()
    keyring.forget()
    content = file_of(stage, run, "alice")
    assert check(content, public_key()) is None
    assert ERASED in content.decode()
    assert b"Within budget." not in content
    assert b"vendor@example.com" not in content


def test_only_who_sees_the_run_gets_it(stage: Stage, run: Run) -> None:
    for who, status in (("alice", 200), ("dana", 200), ("bob", 404), ("cfo", 404), ("charlie", 404)):
        answer = Client().get(f"/api/v1/runs/{run.pk}/evidence", headers=stage.cast.bearer(who))
        assert answer.status_code == status, who
        page = enter(Client(), stage.cast.people[who]).get(f"/demo/runs/{run.pk}/evidence/")
        assert page.status_code == status, who
    dana = enter(Client(), stage.cast.dana)
    kept = dana.get(f"/demo/runs/{run.pk}/evidence/")
    assert kept["Content-Disposition"] == f'attachment; filename="evidence-{run.pk}.html"'
    assert check(kept.content) is None
    assert f'href="/demo/runs/{run.pk}/evidence/"' in dana.get(f"/demo/runs/{run.pk}/").content.decode()
    assert Client().get(f"/demo/runs/{run.pk}/evidence/").status_code == 302


LOCKS = {
    "SELECT FROM events_chainhead FOR UPDATE": 1,  # while it seals: what comes now is sealed as well
    "LOCK TABLE verification_review": 0,  # while it reads: what comes now is not in it
}


@pytest.mark.parametrize(("lock", "seen"), LOCKS.items())
def test_what_is_decided_while_it_is_written_is_wholly_in_it_or_not_at_all(
    stage: Stage, lock: str, seen: int
) -> None:
    agent = stage.publish({"id": "approval", "review": REVIEW}, input=INPUT)
    run = stage.run(agent)
    review = stage.review(run)
    stage.start(agent)  # there is something to seal
    files: list[bytes] = []

    def write() -> None:
        files.append(file_of(stage, run))
        connections.close_all()

    thread = threading.Thread(target=write)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(lock)
        thread.start()
        waits_for_a_lock()
        stage.decide(review, "bob", "approve")
    thread.join()
    parts = parts_of(files[0])
    [shown] = [part["review"] for part in parts if part["part"] == "review"]
    records = [part["record"] for part in parts if part["part"] == "record"]
    recorded = [one["facts"]["decision"] for one in records if one["name"] == "review.decided"]
    assert [one["id"] for one in shown["decisions"]] == recorded
    assert (len(recorded), shown["status"]) == (seen, "decided" if seen else "open")


def test_it_says_that_it_was_a_rehearsal_and_what_was_answered(stage: Stage) -> None:
    agent = asks(stage)
    rehearsed = stage.start(agent, what="A train", dry_run=True)
    asked = stage.run(agent, what="A train")
    stage.decide(stage.review(asked), "bob", "answer", answer={**GOOD, "brief": "Second class only"})
    stage.work()
    pages = [file_of(stage, run).partition(OPENS)[0].decode() for run in (rehearsed, asked)]
    assert ["Rehearsal: nothing was sent" in page for page in pages] == [True, False]
    assert "Second class only" in pages[1].split("<h2>Reviews")[1].split("<h2>What it did")[0]


def test_it_says_that_nobody_looked_where_an_allowance_decided(stage: Stage, model: ScriptedModel) -> None:
    tools.offer(PAY)
    try:
        clerk = publish(stage)
        allowed(stage, model, clerk)
        run = pays(stage, model, clerk)
        text = file_of(stage, run).decode()
    finally:
        tools.withdraw("pay")
    assert ": by itself, under the allowance of Bob, " in text
