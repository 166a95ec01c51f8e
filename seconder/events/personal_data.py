"""The record names people by id only, so that it stands, and points to nobody, after an erasure."""

from seconder.core.vocabulary import Datum, declare

_WHO = Datum(
    "user.unique_id.pseudonymous",
    purpose="service.record",
    source="automatic",
    keep="organization's retention of records",
    erase="pseudonymise",
    owner="by_id",
)
declare(
    "events.Event",
    impersonal="id organization_id name subject_kind subject_id run_id by_kind channel strength facts at seq hash",
    by_id=_WHO,
)
declare("events.ChainHead", impersonal="organization_id seq hash")
