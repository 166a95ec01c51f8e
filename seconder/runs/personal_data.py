from functools import partial

from seconder.core.vocabulary import Datum, declare

_WHO = partial(
    Datum,
    "user.unique_id.pseudonymous",
    purpose="service.runs",
    source="automatic",
    keep="with the run",
    erase="pseudonymise",
)
_GIVEN = partial(
    Datum,
    "user.content.private",
    purpose="service.runs",
    keep="until deleted, default 12 months idle",
    erase="destroy key",
    owner="requester_id",
    free_text=True,
)
_MADE = partial(
    Datum,
    "user.content.private",
    purpose="service.runs",
    source="derived",
    keep="with the run",
    erase="destroy key",
    owner="requester_id",
    free_text=True,
)
_STEP = _MADE(owner="run__requester_id")

declare(
    "runs.Run",
    impersonal="id organization agent version status is_rehearsal parent_run_id from_step next_at lease is_woken "
    "workers_lost created_at finished_at",
    requester_id=_WHO(owner="requester_id"),
    about=_GIVEN(),
    input=_GIVEN(),
    output=_MADE(),
    error=_MADE(),
)
declare(
    "runs.StepRun",
    impersonal="run step_id status notes attempts retry_at started_at finished_at",
    output=_STEP,
    edited=_STEP,
    error=_STEP,
    messages=_STEP,
)
declare(
    "runs.Tally",
    impersonal="key sum run amount at",
    party=Datum(
        "user.unique_id.pseudonymous",
        purpose="service.runs",
        source="derived",
        keep="with the run, as a keyed hash",
        erase="pseudonymise",
        no_owner="A keyed hash of a counterparty, mostly a company; nobody can be found by it",
    ),
)
declare(
    "runs.Proposal",
    impersonal="id organization agent key verdict place path status found_at answered_at supports version",
    answered_by=_WHO(owner="answered_by", keep="with the agent"),
    note=_GIVEN(owner="answered_by", keep="with the agent"),
)
declare(
    "runs.EvaluationCase",
    impersonal="id organization agent review_id run_id step path made_at tried_run_id",
    made_by=_WHO(owner="made_by"),
)
declare(
    "runs.Effect",
    impersonal="key run step_id tool content_digest review_id status lease claimed_at finished_at",
    requester_id=_WHO(owner="requester_id"),
    arguments=_MADE(),
    result=_MADE(),
)
