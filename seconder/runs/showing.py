"""Runs as the API shows them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ninja import Schema

from seconder.agents.models import AgentVersion
from seconder.core.clock import rfc3339
from seconder.core.json import JSON, Object
from seconder.runs.models import Effect, Run, StepRun
from seconder.verification.models import Review


class CostOut(Schema):
    amount: str
    currency: str


class StepOut(Schema):
    """`output` is what later steps read: what the reviewer made of it where `edited`. `missing` are the paths of
    values that an AI step could not find; `removed` counts, by kind, what its model was not given."""

    id: str
    status: str
    output: Any  # as the step's schema says
    edited: bool
    missing: list[str]
    error: dict[str, Any] | None  # Any: plain values
    attempts: int
    cost: CostOut | None
    model: str | None
    usage: dict[str, int] | None
    removed: dict[str, int]
    carried_over: bool
    started_at: str | None
    finished_at: str | None


class EffectOut(Schema):
    key: str
    tool: str
    step_id: str
    status: str
    review_id: str | None
    claimed_at: str
    finished_at: str | None


def serialize(runs: list[Run]) -> list[dict[str, Any]]:  # Any: as RunOut says
    """The runs, with their agents loaded, in four queries however many they are."""
    ids = [run.pk for run in runs]
    versions = AgentVersion.objects.in_bulk({run.version_id for run in runs})
    steps: dict[uuid.UUID, dict[str, StepRun]] = defaultdict(dict)
    for step in StepRun.objects.filter(run_id__in=ids).defer("messages"):
        steps[step.run_id][step.step_id] = step
    effects: dict[uuid.UUID, list[Effect]] = defaultdict(list)
    for effect in (
        Effect.objects.filter(run_id__in=ids).defer("arguments", "result").order_by("claimed_at", "key")
    ):
        effects[effect.run_id].append(effect)
    reviews: dict[uuid.UUID, list[str]] = defaultdict(list)
    opened = Review.objects.filter(run_id__in=ids).order_by("id")
    for run_id, review_id in opened.values_list("run_id", "id"):
        reviews[run_id].append(str(review_id))
    return [
        _run(run, versions[run.version_id], steps[run.pk], effects[run.pk], reviews[run.pk]) for run in runs
    ]


def _run(
    run: Run,
    version: AgentVersion,
    steps: dict[str, StepRun],
    effects: list[Effect],
    reviews: list[str],
) -> dict[str, Any]:  # Any: as above
    return {
        "id": str(run.pk),
        "agent_id": run.agent.slug,
        "agent_version": version.number,
        "status": run.status,
        "dry_run": run.is_rehearsal,
        "input": run.input,
        "output": run.output,
        "error": run.error,
        "parent_run_id": str(run.parent_run_id) if run.parent_run_id else None,
        "from_step": run.from_step or None,
        "created_at": rfc3339(run.created_at),
        "finished_at": rfc3339(run.finished_at),
        "steps": [
            _step(steps.get(name) or StepRun(step_id=name)) for name in step_ids(version.file["steps"])
        ],
        "effects": [_effect(effect) for effect in effects],
        "reviews": reviews,
    }


def step_ids(parts: list[Any]) -> Iterator[str]:  # Any: steps of a stored file
    """The ids of the file's steps in its order, those in branches behind the step that holds them."""
    for part in parts:
        yield part["id"]
        for branch in part.get("branches") or ():
            yield from step_ids(branch["steps"])


def _step(step: StepRun) -> Object:
    notes = step.notes
    usage = notes.get("usage") or {}
    tokens: JSON = {key: usage[key] for key in ("input_tokens", "output_tokens") if key in usage}
    return {
        "id": step.step_id,
        "status": step.status,
        "output": step.result,
        "edited": step.edited is not None,
        "missing": list(notes.get("missing", [])),
        "error": step.error,
        "attempts": step.attempts,
        "cost": {"amount": usage["amount"], "currency": "USD"} if usage.get("amount") is not None else None,
        "model": notes.get("model"),
        "usage": tokens or None,
        "removed": notes.get("removed") or {},
        "carried_over": bool(notes.get("carried_over")),
        "started_at": rfc3339(step.started_at),
        "finished_at": rfc3339(step.finished_at),
    }


def _effect(effect: Effect) -> Object:
    return {
        "key": effect.key,
        "tool": effect.tool,
        "step_id": effect.step_id,
        "status": effect.status,
        "review_id": str(effect.review_id) if effect.review_id else None,
        "claimed_at": rfc3339(effect.claimed_at),
        "finished_at": rfc3339(effect.finished_at),
    }
