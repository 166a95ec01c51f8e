from seconder.core.vocabulary import Datum, declare

_WHO = Datum(
    "user.unique_id.pseudonymous",
    purpose="service.reviews",
    source="automatic",
    keep="with the review",
    erase="pseudonymise",
)
_TEXT = Datum(
    "user.content.private",
    purpose="service.reviews",
    source="derived",
    keep="with the run",
    erase="destroy key",
)
_SAID = Datum("user.content.private", purpose="service.reviews", keep="with the run", erase="destroy key")

declare(
    "verification.Review",
    impersonal="id organization kind status outcome run_id step_id call_id attempt agent agent_version "
    "content_digest digest rule stages stage forbid answers risk on_timeout opened_at due_at next_at closed_at wake "
    "claimed_until",
    requester_id=_WHO,
    owner_id=_WHO,
    claimed_by=_WHO,
    timers=_WHO,
    question=_TEXT,
    card=_TEXT,
)
declare("verification.Assignment", impersonal="review stage how teams at", person_id=_WHO, for_id=_WHO)
declare("verification.LinkUse", impersonal="review at", person_id=_WHO)
declare("verification.Snooze", impersonal="review until at", person_id=_WHO)
declare(
    "verification.Decision",
    impersonal="id review verdict digest stage is_own_request channel strength allowance_id at",
    person_id=_WHO,
    note=_SAID,
    changes=_SAID,
    answer=_SAID,
)
declare(
    "verification.Delegation",
    impersonal="id review at",
    from_id=_WHO,
    to_id=_WHO,
    by_id=_WHO,
    note=_SAID,
)
declare(
    "verification.Allowance",
    impersonal="id organization agent agent_version tool schema title most used review_id decision_id given_at "
    "ends_at ended_at because",
    given_by=_WHO,
    ended_by=_WHO,
    requester_id=_WHO,
    pattern=_TEXT,
)
declare(
    "verification.SecondLook",
    impersonal="id organization key run_id step_id agent agent_version allowance_id opened_at verdict answered_at "
    "channel strength",
    requester_id=_WHO,
    given_by=_WHO,
    answered_by=_WHO,
    people=_WHO,
    card=_TEXT,
    note=_SAID,
)
_AWAY = Datum("user.workplace", purpose="service.reviews", keep="90 d after it ended")
declare(
    "verification.Absence",
    impersonal="id organization_id agent created_at",
    person_id=_WHO,
    stand_in_id=_WHO,
    starts_at=_AWAY,
    ends_at=_AWAY,
)
