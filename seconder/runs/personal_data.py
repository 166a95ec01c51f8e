from seconder.core.vocabulary import Datum, declare

_WHO = Datum(
    "user.unique_id.pseudonymous",
    purpose="service.runs",
    source="automatic",
    keep="with the run",
    erase="pseudonymise",
)
_GIVEN = Datum(
    "user.content.private",
    purpose="service.runs",
    keep="until deleted, default 12 months idle",
    erase="destroy key",
)
_MADE = Datum(
    "user.content.private", purpose="service.runs", source="derived", keep="with the run", erase="destroy key"
)

declare(
    "runs.Run",
    impersonal="id organization agent version status is_rehearsal parent_run_id from_step next_at lease is_woken "
    "workers_lost created_at finished_at",
    requester_id=_WHO,
    about=_GIVEN,
    input=_GIVEN,
    output=_MADE,
    error=_MADE,
)
declare(
    "runs.StepRun",
    impersonal="run step_id status notes attempts retry_at started_at finished_at",
    output=_MADE,
    edited=_MADE,
    error=_MADE,
    messages=_MADE,
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
    ),
)
declare(
    "runs.Proposal",
    impersonal="id organization agent key verdict place path status found_at answered_at supports version",
    answered_by=_WHO,
    note=_GIVEN,
)
declare(
    "runs.EvaluationCase",
    impersonal="id organization agent review_id run_id step path made_at tried_run_id",
    made_by=_WHO,
)
declare(
    "runs.Effect",
    impersonal="key run step_id tool content_digest review_id status lease claimed_at finished_at",
    requester_id=_WHO,
    arguments=_MADE,
    result=_MADE,
)
