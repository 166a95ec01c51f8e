"""The two registers: kept because the law asks for them, under the organization's key."""

from functools import partial

from seconder.core.vocabulary import Datum, declare

_NOBODYS = "Written about whoever it concerns, under the organization's key; the organization answers for it"
_KEPT = "as long as the organization, and what the law asks for"
_TEXT = partial(
    Datum,
    "user.content.private",
    purpose="service.record",
    keep=_KEPT,
    erase="restrict",
    source="provided",
    no_owner=_NOBODYS,
    free_text=True,
)
_WHO = partial(
    Datum,
    "user.unique_id.pseudonymous",
    purpose="service.record",
    source="automatic",
    keep=_KEPT,
    erase="pseudonymise",
)
declare(
    "privacy.Agreement",
    impersonal="id organization standing version document_hash region purposes notice_days signed_on effective_from "
    "effective_until recorded_at",
    document=_TEXT(),
    document_name=_TEXT(),
    signed_by=_TEXT(),
    recorded_by_id=_WHO(owner="recorded_by_id"),
)
declare(
    "privacy.Incident",
    impersonal="id organization number role risk aware_at began_at ended_at kinds people opened_at closed_at",
    title=_TEXT(),
    description=_TEXT(),
    consequences=_TEXT(),
    measures=_TEXT(),
    lessons=_TEXT(),
)
declare(
    "privacy.Entry",
    impersonal="id incident kind at happened_at facts",
    by_id=_WHO(owner="by_id"),
    text=_TEXT(),
)
