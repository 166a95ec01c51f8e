"""One run as its page tells it: its steps with what each was given, made and cost, and who decided."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from seconder.accounts.actor import Actor
from seconder.agents import in_words
from seconder.agents.file import AgentFile, MissingValue, Step, render
from seconder.agents.file.templates import render_text
from seconder.core.clock import now
from seconder.core.json import JSON, Object
from seconder.runs import results
from seconder.runs.models import Effect, Run, StepRun
from seconder.runs.pages import Context
from seconder.runs.removed import removed
from seconder.ui import words
from seconder.verification import pages as review_pages
from seconder.verification.card import money
from seconder.verification.models import Review

_CARRIED_OVER = "Taken over from the run before."
_NOT_NEEDED = "Its condition did not hold, so it was not needed."


class History:
    """Everything of the run that its page needs, in nine queries however many steps there are."""

    def __init__(self, actor: Actor, run: Run) -> None:
        self.actor, self.run = actor, run
        self.file = AgentFile.load(run.version.file)
        self.rows = {row.step_id: row for row in StepRun.objects.filter(run=run).defer("messages")}
        self.effects: dict[str, list[Effect]] = defaultdict(list)
        for effect in Effect.objects.filter(run=run).order_by("claimed_at", "key"):
            self.effects[effect.step_id].append(effect)
        self.reviews = list(Review.objects.filter(run_id=run.pk).order_by("pk"))
        self.votes = review_pages.decided(self.reviews)
        self.seats = review_pages.seats(self.open_reviews, actor.person.pk)
        outputs: Object = {
            key: {"output": row.result} for key, row in self.rows.items() if row.status == "succeeded"
        }
        self._scope: Object = {"input": run.input, "steps": outputs}

    @property
    def open_reviews(self) -> list[Review]:
        return [review for review in self.reviews if review.status == "open"]

    @property
    def ends_in_words(self) -> bool:
        """Whether the result was made by a model: what a tool answered is told with its step."""
        made = [step.kind for step in self.file.by_id.values() if self._has_made(step)]
        return bool(made) and made[-1] == "ai"

    def _has_made(self, step: Step) -> bool:
        row = self.rows.get(step.id)
        return step.kind in ("ai", "tool") and row is not None and row.status == "succeeded"

    @property
    def cost(self) -> str:
        """In US dollars; "" where nothing was paid."""
        amounts = [
            Decimal(str(usage["amount"])) for usage in self._usages() if usage.get("amount") is not None
        ]
        return str(sum(amounts)) if any(amounts) else ""

    def _usages(self) -> list[dict[str, Any]]:  # Any: figures of a step's notes
        return [row.notes.get("usage") or {} for row in self.rows.values()]

    def steps(self) -> list[Context]:
        """In the order of the file, those in branches behind the step that holds them."""
        return [self._step(step, self.rows.get(step.id)) for step in self.file.by_id.values()]

    def _step(self, step: Step, row: StepRun | None) -> Context:
        row = row or StepRun(step_id=step.id)
        notes = row.notes
        usage = notes.get("usage") or {}
        return {
            "id": step.id,
            "name": in_words.name(step.id),
            "kind": in_words.kind(step),
            "status": "canceled"
            if self.run.has_ended and row.status in ("running", "waiting")
            else row.status,
            "started_at": None if row.status == "skipped" else row.started_at,
            "finished_at": row.finished_at,
            "duration": _seconds(row),
            "attempts": row.attempts,
            "retry_at": row.retry_at if row.status == "waiting" else None,
            "cost": usage.get("amount") if Decimal(str(usage.get("amount") or 0)) else "",
            "tokens": (usage.get("input_tokens") or 0) + (usage.get("output_tokens") or 0),
            "model": "" if notes.get("model") in (None, "builtin") else notes["model"],
            "input": self._given(step, row),
            "output": _in_order(row.output, step.output) if step.kind == "ai" else None,
            "answer": results.rows(row.output) if step.kind == "tool" else [],
            "changed": _changed(row),
            "by": _maker(step, notes),
            "missing": [words.label(str(gap).rpartition(".")[2]) for gap in notes.get("missing", [])],
            "removed": removed(notes),
            "because": _CARRIED_OVER
            if notes.get("carried_over")
            else _NOT_NEEDED
            if row.status == "skipped"
            else "",
            "reviews": [self._review(review) for review in self.reviews if review.step_id == step.id],
            "effects": [results.effect(effect) for effect in self.effects[step.id]],
            "told": self._told(step, row),
            "error": None,
        }

    def _told(self, step: Step, row: StepRun) -> str:
        """What came of a tool that did nothing outside, which no effect tells."""
        is_told = step.kind == "tool" and row.status == "succeeded" and not self.effects[step.id]
        return results.sentence(step.tool, self._given(step, row), row.output) if is_told else ""

    def _review(self, review: Review) -> Context:
        return {
            "url": review_pages.address(review, self.actor.organization.slug),
            "question": review.question,
            "status": review_pages.standing(review),
            "due_at": review.due_at,
            "people": self.seats.get(review.pk, []),
            "decisions": self.votes[review.pk],
        }

    def _given(self, step: Step, row: StepRun) -> JSON:
        """What the step was asked to do, once it has begun."""
        if row.status in ("pending", "skipped"):
            return None
        try:
            if step.kind == "ai":
                return render_text(step.prompt, self._scope)
            if step.kind == "tool":
                return render(step.with_, self._scope)
        except MissingValue:
            return None
        return None


def _in_order(value: JSON, schema: Object) -> JSON:
    """As the author wrote the schema; amounts with the currency beside them."""
    properties = schema.get("properties")
    if not isinstance(value, dict) or not isinstance(properties, dict):
        return value
    return {
        name: money(name, value[name], value)
        for name in dict.fromkeys([*properties, *value])
        if name in value
    }


def _changed(row: StepRun) -> list[str]:
    """What a reviewer changed of the result, by name; the review tells from what to what."""
    before, after = row.output, row.edited
    if not isinstance(before, dict) or not isinstance(after, dict):
        return [] if after is None else ["the result"]
    keys = dict.fromkeys([*before, *after])
    return [words.label(key) for key in keys if before.get(key) != after.get(key)]


def _maker(step: Step, notes: Object) -> str:
    if step.kind != "ai":
        return ""
    return "builtin" if notes.get("model") == "builtin" else "model"


def _seconds(row: StepRun) -> float | None:
    if row.started_at is None or row.status == "skipped":
        return None
    if row.finished_at is None and row.status not in ("running", "waiting"):
        return None
    return ((row.finished_at or now()) - row.started_at).total_seconds()


def kin(run: Run, actor: Actor) -> tuple[Run | None, Sequence[Run]]:
    """The run that this one came from, and those that came from it, as far as the actor may see them."""
    seen = Run.objects.visible_to(actor).defer("input", "output", "error")
    ids: list[uuid.UUID] = [run.parent_run_id] if run.parent_run_id else []
    rows = list(seen.filter(parent_run_id=run.pk).order_by("pk") | seen.filter(pk__in=ids).order_by("pk"))
    parent = next((row for row in rows if row.pk == run.parent_run_id), None)
    return parent, [row for row in rows if row.parent_run_id == run.pk]
