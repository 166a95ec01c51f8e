"""The main job, once, told step by step: what `seconder demo` does."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django_scopes import scope

from seconder.accounts.actor import Actor
from seconder.agents import publishing
from seconder.agents.file.reading import read
from seconder.agents.prompting import source_text
from seconder.cli import admission, cards, examples, seed
from seconder.cli.terminal import Failed
from seconder.core.eml import text_of
from seconder.core.json import JSON, Object
from seconder.core.mail.folder import file_name
from seconder.core.refusals import Conflict, NotAllowed
from seconder.engine.pulse import worker_seen
from seconder.events.catalogue import NAMES
from seconder.events.export import verify_chain
from seconder.events.models import Event
from seconder.runs.models import Effect, Run
from seconder.verification.models import Review
from seconder.verification.showing import serialize

if TYPE_CHECKING:
    from seconder.accounts.models import Organization
    from seconder.agents.models import Agent

MAIL = examples.FOLDER / "purchase-order.eml"
FILE = examples.FOLDER / "purchase-order-processor.yaml"
REQUESTER, DECIDER = "dana@example.com", "finance@example.com"
ENOUGH = 60.0  # seconds for one stretch of the run
SHY = 5.0  # seconds after which a worker that was seen is no longer waited for


class Walkthrough:
    """Each part of the account is one method, in order; `walk` tells them all."""

    def __init__(self) -> None:
        self.home = _home()
        self.text = text_of(_content(MAIL))
        self.input: Object = {"text": self.text}

    def walk(self) -> None:
        with scope(organization=self.home.pk):
            print("Seconder, the main job once: a purchase order by mail, read, decided, confirmed.")
            self.begin()
            self.extract()
            self.ask()
            self.decide()
            self.act()
            self.verify()

    def begin(self) -> None:
        self.dana, self.finance = self._actor(REQUESTER), self._actor(DECIDER)
        agent = self._agent()
        self.run = Run.start(agent, self.dana, self.input)
        version = agent.latest.number if agent.latest else 0
        headers = dict(line.partition(": ")[::2] for line in self.text.partition("\n\n")[0].splitlines())
        _part(
            1,
            "A mail comes in",
            *(f"{name:<9} {headers[name]}" for name in ("From", "To", "Subject", "Date") if name in headers),
            "",
            f"{self.dana.person.name} ({self.dana.role}) gives it to the agent “{agent.name}”, version {version}.",
            f"run {self.run.pk}",
        )

    def extract(self) -> None:
        self.run = self._until(lambda run: run.status not in ("queued", "running"))
        step = self.run.steps.get(step_id="extract")
        stored: Any = step.messages  # Any: an encrypted column holds any JSON
        sources: dict[str, Any] = stored.get("sources", {}) if isinstance(stored, dict) else {}
        found: Any = step.output or {}  # Any: as above
        _part(
            2,
            "The built-in model reads it",
            "It is no language model: it finds values in the text and points at the line of each.",
            "",
            *_found(found, self._file["steps"][0]["output"], sources, source_text(self.input)),
            *(
                f"{gap:<14} not in the text; the reviewer fills it in"
                for gap in step.notes.get("missing", [])
            ),
        )

    def ask(self) -> None:
        self.review = Review.objects.filter(run_id=self.run.pk, status="open").first()
        if self.review is None:
            why = (self.run.error or {}).get(
                "message"
            ) or f"{FILE} may have been changed; the demo runs that agent."
            raise Failed(f"The run {self.run.status} without asking anybody: {why}")
        rule = next(step["review"]["when"] for step in self._file["steps"] if "review" in step)
        (shown,) = serialize([self.review])
        _part(
            3,
            "A rule asks for a person",
            f"{rule}",
            "That is so here, and nothing is sent before a person has decided. Until then the run is rows in",
            "the database and no process holds it. Its reviewers see this card, and nothing else of the run:",
            "",
            *(f"│ {line}".rstrip() for line in cards.card(shown).splitlines()),
        )

    def decide(self) -> None:
        assert self.review is not None, "asked just now"
        refused = ""
        try:
            self.review.decide(self.dana, "approve", digest=self.review.digest)
        except NotAllowed as refusal:
            refused = refusal.detail
        self.review.decide(
            self.finance, "approve", digest=self.review.digest, note="Within the budget for the second floor."
        )
        (shown,) = serialize([self.review])
        _part(
            4,
            "Somebody else decides",
            f"{self.dana.person.name} tries to approve it: “{refused}”",
            f"{self.finance.person.name} approves it:",
            f"  {cards.decided(shown['decisions'][-1])}",
            "",
            "What was approved is bound to what was shown:",
            f"  digest {self.review.digest}",
        )

    def act(self) -> None:
        self.run = self._until(lambda run: run.has_ended)
        if self.run.status != "succeeded":
            raise Failed(f"The run {self.run.status}: {self.run.error}.")
        again = self._again()
        effects = list(Effect.objects.filter(run=self.run))
        arguments: Any = effects[0].arguments  # Any: an encrypted column holds any JSON
        _part(
            5,
            "The effect, once",
            f"{effects[0].tool} to {arguments['to']}",
            f"subject   {arguments['subject']}",
            f"key       {effects[0].key}",
            f"message   {_message(effects[0].key)}",
            "",
            f"Approving it a second time is refused: “{again}”",
            f"Waking the run a second time does nothing: {_counted(effects)}.",
        )

    def verify(self) -> None:
        verdict = verify_chain(self.home.pk)
        told = Event.objects.of_run(self.run.pk).sealed()
        names: dict[object, str] = {who.person.pk: who.person.name for who in (self.dana, self.finance)}
        _part(
            6,
            "The record",
            *(f"{event.seq:>5}  {event.name:<16} {_meaning(event, names)}" for event in told),
            "",
            verdict.message,
        )
        if not verdict.ok:
            raise Failed(f"The record does not verify: {verdict.message}")
        print(f"\nIn the browser: /{self.home.slug}/runs/{self.run.pk}/ at the address that `bin/up` prints.")

    def _actor(self, email: str) -> Actor:
        found = Actor.of_person(admission.known(email), self.home, "cli")
        if found is None:
            raise Failed(
                f"{email} is not in {self.home.slug} any more; the demo needs {REQUESTER} and {DECIDER}."
            )
        return found

    def _agent(self) -> Agent:
        """The example, fixed to the built-in model under an id of its own, so that no other agent changes."""
        document = read(_content(FILE))
        document |= {"id": "purchase-order-demo", "name": "Purchase order demo", "model": "builtin"}
        self._file: Any = document  # Any: the agent's file is JSON
        return publishing.publish(self.dana, json.dumps(document).encode(), "application/json").agent

    def _until(self, there: Callable[[Run], bool]) -> Run:
        """The run when it has come so far: by the worker that runs, or else by one in this process. Both at once
        do no harm, because each run is claimed by one."""
        from seconder.runs.lane import drain

        begun = time.monotonic()
        while (waited := time.monotonic() - begun) < ENOUGH:
            if not worker_seen() or waited > SHY:
                asyncio.run(drain())
            run = Run.objects.get(pk=self.run.pk)
            if there(run):
                return run
            time.sleep(0.02)
        raise Failed(
            f"The run does not get on: {run.status} after {ENOUGH:.0f} s. `bin/seconder doctor` may say why."
        )

    def _again(self) -> str:
        """Everything that could do it twice: the same decision, and a wake-up. Answers why the first is refused."""
        from seconder.runs.lane import drain
        from seconder.runs.waking import wake_run

        assert self.review is not None, "asked before"
        wake_run(str(self.run.pk))
        if not worker_seen():
            asyncio.run(drain())
        try:
            self.review.decide(self.finance, "approve", digest=self.review.digest)
        except Conflict as refusal:
            return refusal.detail
        raise Failed("The same decision was taken twice.")


def _home() -> Organization:
    """The demo organization, made with its people where it is missing."""
    from seconder.accounts.models import Organization

    seed.once()
    found = Organization.objects.filter(slug=seed.DEMO).first()
    if found is None:
        found = admission.make(seed.DEMO, "Demo")
        for person in seed.PEOPLE:
            admission.admit(found, *person)
    return found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        raise Failed(
            f"{path} cannot be read: {failure.strerror}. The demo runs from a checkout."
        ) from failure


def _part(number: int, title: str, *lines: str) -> None:
    print(f"\n{number}  {title}\n", *(f"   {line}".rstrip() for line in lines), sep="\n")


def _found(values: dict[str, Any], schema: Object, sources: dict[str, Any], text: str) -> Iterator[str]:
    for name in cards.in_order(values, schema):
        source = sources.get(f"/{name}")
        where = _line(source, text) if source else ""
        yield f"{name.replace('_', ' '):<14} {_worded(values[name]):<34} {where}".rstrip()


def _worded(value: JSON) -> str:
    return f"{value:,.2f}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _line(source: dict[str, Any], text: str) -> str:
    """The line of the text in which a value stands."""
    start = int(source["start"])
    number = text.count("\n", 0, start) + 1
    line = " ".join(text.splitlines()[number - 1].split()) if text else ""
    return f"line {number:>2}: {line}"


def _message(key: str) -> str:
    """The file in which the folder outbox keeps the message."""
    parts = urlsplit(settings.EMAIL_URL)
    if parts.scheme != "file":
        return f"handed to {parts.hostname}"
    file = Path(unquote(parts.path)) / f"{file_name(key)}.eml"
    if not file.is_file():
        raise Failed(f"{file} is not there, although the effect is recorded as done.")
    return str(file)


def _counted(effects: list[Effect]) -> str:
    done = sum(effect.status == "done" for effect in effects)
    if (len(effects), done) != (1, 1):
        raise Failed(f"There should be one effect, done; there are {len(effects)}, {done} of them done.")
    return "there is one effect, and it is done"


def _meaning(event: Event, names: dict[object, str]) -> str:
    step = event.facts.get("step")
    who = names.get(event.by_id, "")
    return f"{NAMES[event.name]}{f' ({step})' if step else ''}{f', by {who}' if who else ''}"
