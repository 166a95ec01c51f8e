"""What every review of a run says of the run, whoever asks it."""

from __future__ import annotations

import uuid
from typing import TypedDict

from seconder.agents.file import Step
from seconder.runs.progress import Progress
from seconder.runs.waking import address


class OfRun(TypedDict):
    organization_id: uuid.UUID
    run_id: uuid.UUID
    step_id: str
    agent: str
    agent_version: int
    requester_id: uuid.UUID
    owner_id: uuid.UUID
    wake: str
    otherwise: list[str]
    otherwise_teams: list[str]


def of_run(progress: Progress, step: Step) -> OfRun:
    return OfRun(
        organization_id=progress.run.organization_id,
        run_id=progress.run.pk,
        step_id=step.id,
        agent=progress.agent,
        agent_version=progress.version,
        requester_id=progress.run.requester_id,
        owner_id=progress.owner_id,
        wake=address(progress.run.pk),
        otherwise=list(progress.file.reviewers.people),
        otherwise_teams=list(progress.file.reviewers.teams),
    )
