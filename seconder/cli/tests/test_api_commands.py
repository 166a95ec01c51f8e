"""Agents, runs and reviews from the terminal, against a server that really runs."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seconder import cli
from seconder.cli.tests.installation import ROOT, seconder
from seconder.cli.tests.test_up import Up
from seconder.runs.verify_evidence import check

MAIL = ROOT / "examples" / "purchase-order.eml"
FILE = ROOT / "examples" / "purchase-order-processor.yaml"
AGENT = "purchase-order-processor"


class Terminal:
    """Several people at one server, each with a key; the commands run in this process."""

    def __init__(self, up: Up) -> None:
        self.up = up
        self.url = f"http://127.0.0.1:{up.port}"
        self.keys: dict[str, str] = {}

    def run(self, who: str, *words: str, **environ: str) -> tuple[int, str, str]:
        """The exit code, what was printed, and what was said on stderr."""
        given = {"SECONDER_URL": self.url, "SECONDER_API_KEY": self.key(who) if who else "", **environ}
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(io.StringIO()) as printed,
            contextlib.redirect_stderr(io.StringIO()) as said,
        ):
            for name, value in given.items():
                patch.setenv(name, value)
            code = cli.run(words[0], list(words[1:]))
        return code, printed.getvalue(), said.getvalue()

    def done(self, who: str, *words: str) -> str:
        code, printed, said = self.run(who, *words)
        assert code == 0, printed + said
        return printed

    def answer(self, who: str, *words: str) -> Any:  # Any: JSON of the command's own shape
        return json.loads(self.done(who, *words, "--json"))

    def refused(self, who: str, *words: str, code: int = 1) -> str:
        """The last line on stderr of a command that must fail with this code."""
        ended, printed, said = self.run(who, *words)
        assert ended == code, printed + said
        assert said.splitlines()[-1].startswith("seconder: ")
        return said.splitlines()[-1]

    def key(self, who: str) -> str:
        if who not in self.keys:
            home = "elsewhere" if who == "charlie" else "demo"
            words = ("keys", "create", "--person", f"{who}@example.com", "--organization", home)
            self.keys[who] = seconder(self.up.data_dir, *words).stdout.strip()
        return self.keys[who]

    def waiting(self) -> tuple[str, str]:
        """A run of Dana's that waits, and its review."""
        run = self.answer("dana", "runs", "start", AGENT, "--input", f"@{MAIL}", "--wait")
        assert run["status"] == "waiting"
        return run["id"], run["reviews"][0]


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    folder = Path(tempfile.mkdtemp(prefix="seconder-cli-"))
    up = Up(folder)
    up.start()
    up.wait_until_said("worker.ready")
    yield Terminal(up)
    up.stop()
    up.out.close()
    Path(up.out.name).unlink()
    shutil.rmtree(folder)


def test_without_a_key_it_says_how_to_make_one(terminal: Terminal) -> None:
    line = terminal.refused("", "runs", "list")
    assert "bin/seconder keys create --person EMAIL --organization SLUG" in line
    code, _, said = terminal.run("", "runs", "list", SECONDER_API_KEY="sec_x")
    assert code == 1
    assert "keys create" in said


def test_where_nothing_answers_it_says_what_to_start(terminal: Terminal) -> None:
    code, _, said = terminal.run("dana", "agents", "list", SECONDER_URL="http://127.0.0.1:1")
    assert code == 1
    assert "Nothing answers at http://127.0.0.1:1; start it with `bin/up`" in said


def test_an_agent_is_checked_compared_published_and_exported(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text(FILE.read_text().replace(AGENT, "order-check"))
    assert "is in order" in terminal.done("dana", "agents", "validate", "-f", str(file))
    assert "not published yet" in terminal.done("dana", "agents", "diff", "-f", str(file))
    assert "order-check: published, version 1." in terminal.done("dana", "agents", "apply", "-f", str(file))
    assert "nothing is new" in terminal.done("dana", "agents", "apply", "-f", str(file))

    file.write_text(file.read_text().replace("10000", "20000"))
    found = terminal.answer("dana", "agents", "diff", "-f", str(file))
    assert [one["path"] for one in found["differences"]] == ["steps.approval.review.when"]
    assert "version 2, after 1" in terminal.done("dana", "agents", "apply", "-f", str(file))

    file.write_text(terminal.done("dana", "agents", "export", "order-check"))
    assert "nothing is new" in terminal.done("dana", "agents", "apply", "-f", str(file))
    assert "order-check" in [one["id"] for one in terminal.answer("dana", "agents", "list")]
    assert "May we order this?" in terminal.done("dana", "agents", "show", "order-check")


def test_a_faulty_file_is_refused_with_each_fault(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text(FILE.read_text().replace("finance@example.com", "nobody@example.com").replace("8h", "8x"))
    code, printed, said = terminal.run("dana", "agents", "validate", "-f", str(file))
    assert code == 1
    assert len(printed.splitlines()) == 2
    assert "2 faults; nothing was stored" in said
    assert "nobody@example.com" in printed
    assert "There are 2 faults in all" in terminal.refused("dana", "agents", "apply", "-f", str(file))
    assert "agents validate" in terminal.refused("dana", "agents", "diff", "-f", str(file))
    terminal.refused("dana", "agents", "apply", "-f", str(tmp_path / "none.yaml"), code=2)

    file.write_text("id: [unclosed")
    code, printed, _ = terminal.run("dana", "agents", "validate", "-f", str(file), "--json")
    assert code == 1
    assert json.loads(printed)["faults"][0]["path"] == ""


def test_a_run_waits_for_somebody_else_and_ends_after_the_decision(
    terminal: Terminal, tmp_path: Path
) -> None:
    said = terminal.done("dana", "runs", "start", AGENT, "--input", f"@{MAIL}", "--wait")
    assert "Waits for Finance or Bob: May we order this?" in said
    review = said.split()[-1]
    card = terminal.done("finance", "reviews", "show", review)
    assert "Brightwater Office Supply Ltd." in card
    assert "$12,480.00" in card
    assert review in [one["id"] for one in terminal.answer("bob", "reviews", "list", "--mine")]
    assert "somebody else decides" in terminal.refused("dana", "reviews", "approve", review)

    made = terminal.answer("finance", "reviews", "approve", review, "--note", "Within budget.")
    assert made["review"]["outcome"] == "approved"
    run = made["review"]["run_id"]
    told = [json.loads(line) for line in terminal.done("dana", "runs", "events", run, "--json").splitlines()]
    assert told[-1] == {"id": "", "event": "end", "status": "succeeded"}
    assert "effect.done" in [one["event"] for one in told]
    assert "It was: approved by Finance" in terminal.refused("bob", "reviews", "approve", review)
    assert terminal.answer("dana", "runs", "show", run)["status"] == "succeeded"
    file = tmp_path / "evidence.html"
    written = terminal.answer("dana", "runs", "evidence", run, str(file))
    assert written == {"file": str(file), "run": run, "bytes": file.stat().st_size}
    assert check(file.read_bytes()) is None
    told_key = terminal.done("dana", "runs", "evidence", run, str(file)).split()[-1].strip("`")
    assert check(file.read_bytes(), trusted=told_key) is None
    assert len(told_key) == 64
    assert "no such run" in terminal.refused("finance", "runs", "evidence", run)
    assert run in [one["id"] for one in terminal.answer("dana", "runs", "list", "--status", "succeeded")]


def test_what_one_may_not_see_is_not_there(terminal: Terminal) -> None:
    run, review = terminal.waiting()
    assert "no such run" in terminal.refused("charlie", "runs", "show", run)
    assert "no such review" in terminal.refused("charlie", "reviews", "approve", review)


def test_an_edit_changes_what_is_sent(terminal: Terminal) -> None:
    run, review = terminal.waiting()
    assert "PATH=VALUE" in terminal.refused("finance", "reviews", "edit", review, "--set", "total", code=2)
    words = ("--set", "steps.extract.output.total=12000", "--set", "steps.extract.output.vendor=Brightwater")
    made = terminal.answer("finance", "reviews", "edit", review, *words)
    assert made["decision"]["edits"] == {
        "steps.extract.output.total": 12000,
        "steps.extract.output.vendor": "Brightwater",
    }
    terminal.done("dana", "runs", "events", run)
    (message,) = (terminal.up.data_dir / "outbox").glob(f"{run}-order.eml")
    assert "over 12000" in message.read_text()


def test_a_decision_on_another_card_is_refused(terminal: Terminal) -> None:
    _, review = terminal.waiting()
    assert "Open it again" in terminal.refused("finance", "reviews", "approve", review, "--digest", "0" * 64)
    terminal.refused("finance", "reviews", "reject", review, code=2)
    rejected = terminal.answer("finance", "reviews", "reject", review, "--note", "Too dear.")
    assert rejected["review"]["outcome"] == "rejected"


def test_a_review_is_looked_at_left_and_given_to_a_colleague(terminal: Terminal) -> None:
    _, review = terminal.waiting()
    assert "The others see that you look at it, until 20" in terminal.done(
        "finance", "reviews", "claim", review
    )
    assert "Somebody else looks at this" in terminal.refused("bob", "reviews", "claim", review)
    terminal.done("bob", "reviews", "release", review)  # of another's mark nothing is taken off
    assert terminal.answer("bob", "reviews", "show", review)["claim"]
    assert "You look at it no more" in terminal.done("finance", "reviews", "release", review)
    assert terminal.answer("bob", "reviews", "show", review)["claim"] is None

    said = terminal.done("finance", "reviews", "delegate", review, "--to", "cfo@example.com")
    assert said == "CFO is asked in place of Finance.\n"
    assert "no such review" in terminal.refused("finance", "reviews", "approve", review)
    words = ("reviews", "delegate", review, "--to", "finance@example.com", "--from", "bob@example.com")
    assert "Say why" in terminal.refused("alice", *words)
    made = terminal.answer("alice", *words, "--note", "Bob is ill.")
    assert made["delegation"]["note"] == "Bob is ill."
    assert terminal.answer("cfo", "reviews", "approve", review)["review"]["outcome"] == "approved"


def test_a_run_is_cancelled_retried_and_forked(terminal: Terminal) -> None:
    run, review = terminal.waiting()
    assert terminal.answer("dana", "runs", "cancel", run)["status"] == "canceled"
    assert terminal.answer("finance", "reviews", "show", review)["status"] == "withdrawn"
    assert "already ended" in terminal.refused("dana", "runs", "cancel", run)
    again = terminal.answer("dana", "runs", "retry", run)["id"]
    assert terminal.answer("dana", "runs", "show", again)["parent_run_id"] == run
    other = json.dumps(
        {"text": "Vendor: Acme\nVendor e-mail: a@acme.example\nPurchase order: 7\nTotal: $90.00"}
    )
    forked = terminal.answer("dana", "runs", "fork", run, "--from-step", "extract", "--input", other)["id"]
    terminal.done("dana", "runs", "events", forked)
    assert terminal.answer("dana", "runs", "show", forked)["status"] == "succeeded"


def test_a_run_that_fails_is_told_by_the_exit_code(terminal: Terminal) -> None:
    line = terminal.refused(
        "dana", "runs", "start", AGENT, "--input", '{"text": "Nothing"}', "--dry-run", "--input", "{}"
    )
    assert "text" in line
    terminal.refused("dana", "runs", "start", AGENT, "--input", "{text", code=2)
    terminal.refused("dana", "runs", "start", "nowhere", "--input", "{}")


def test_people_are_invited_one_by_one_and_from_a_list(terminal: Terminal, tmp_path: Path) -> None:
    words = ("create", "eve@example.com", "--role", "reviewer", "--team", "finance")
    made = terminal.answer("alice", "invitations", *words)
    assert (made["state"], made["teams"]) == ("invited", ["finance"])
    assert "is invited already" in terminal.refused("alice", "invitations", *words)
    assert "eve@example.com" in terminal.done("alice", "invitations", "list", "--state", "invited")
    assert "Wait ten minutes" in terminal.refused("alice", "invitations", "resend", made["id"])
    assert terminal.answer("alice", "invitations", "cancel", made["id"])["state"] == "canceled"
    assert "your role is builder" in terminal.refused("dana", "invitations", "list")
    file = tmp_path / "people.csv"
    file.write_text("email,role\nsam@example.com,member\nnobody,member\n")
    given = terminal.answer("alice", "invitations", "import", "-f", str(file))
    assert given["total"] == 2
    for _ in range(100):
        report = terminal.done("alice", "invitations", "report", given["id"])
        if "refused" in report:
            break
        time.sleep(0.1)  # the worker is another process, and the API has no stream of lists
    assert "sam@example.com,member,,,invited" in report
    assert "'nobody' is not an e-mail address" in report
    listed = seconder(terminal.up.data_dir, "people", "list", "--organization", "elsewhere").stdout
    assert "charlie@example.com" in listed
    assert "alice@example.com" not in listed
