from functools import partial

from seconder.core.vocabulary import Datum, declare

_WHO = partial(
    Datum,
    "user.unique_id.pseudonymous",
    purpose="service.reviews",
    source="automatic",
    keep="with the review",
    erase="pseudonymise",
)
_TEXT = partial(
    Datum,
    "user.content.private",
    purpose="service.reviews",
    source="derived",
    keep="with the run",
    erase="destroy key",
    owner="requester_id",
    free_text=True,
)
_SAID = partial(_TEXT, source="provided", owner="person_id")

declare(
    "verification.Review",
    impersonal="id organization kind status outcome run_id step_id call_id attempt agent agent_version "
    "content_digest digest rule stages stage forbid answers risk on_timeout opened_at due_at next_at closed_at wake "
    "working_seconds working_left working_since claimed_until",
    requester_id=_WHO(owner="requester_id"),
    owner_id=_WHO(owner="owner_id"),
    claimed_by=_WHO(owner="claimed_by"),
    timers=_WHO(no_owner="Whom it goes to next if nobody answers; who is asked in the end has an assignment"),
    question=_TEXT(),
    card=_TEXT(),
)
declare(
    "verification.Assignment",
    impersonal="review stage how teams at",
    person_id=_WHO(owner="person_id"),
    for_id=_WHO(owner="for_id"),
)
declare("verification.LinkUse", impersonal="review at", person_id=_WHO(owner="person_id"))
declare("verification.Snooze", impersonal="review until at", person_id=_WHO(owner="person_id"))
declare(
    "verification.Decision",
    impersonal="id review verdict digest stage is_own_request channel strength allowance_id at",
    person_id=_WHO(owner="person_id"),
    note=_SAID(),
    changes=_SAID(),
    answer=_SAID(),
)
declare(
    "verification.Delegation",
    impersonal="id review at",
    from_id=_WHO(owner="from_id"),
    to_id=_WHO(owner="to_id"),
    by_id=_WHO(owner="by_id"),
    note=_SAID(owner="by_id"),
)
declare(
    "verification.Allowance",
    impersonal="id organization agent agent_version tool schema title most used review_id decision_id given_at "
    "ends_at ended_at because",
    given_by=_WHO(owner="given_by"),
    ended_by=_WHO(owner="ended_by"),
    requester_id=_WHO(owner="requester_id"),
    pattern=_TEXT(),
)
declare(
    "verification.SecondLook",
    impersonal="id organization key run_id step_id agent agent_version allowance_id opened_at verdict answered_at "
    "channel strength",
    requester_id=_WHO(owner="requester_id"),
    given_by=_WHO(owner="given_by"),
    answered_by=_WHO(owner="answered_by"),
    people=_WHO(owner="people", known_by="ids"),
    card=_TEXT(),
    note=_SAID(owner="answered_by"),
)
_AWAY = partial(
    Datum, "user.workplace", purpose="service.reviews", keep="90 d after it ended", owner="person_id"
)
declare(
    "verification.Absence",
    impersonal="id organization_id agent created_at",
    person_id=_WHO(owner="person_id"),
    stand_in_id=_WHO(owner="stand_in_id"),
    starts_at=_AWAY(),
    ends_at=_AWAY(),
)
