"""The two registers: kept because the law asks for them, under the organization's key."""

from functools import partial

from seconder.core.vocabulary import Datum, declare
from seconder.privacy.choices import personal_data as _choices  # noqa: F401  declares as well

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
declare(
    "privacy.Matter",
    impersonal="id organization kind is_personal begins_on ends_on opened_at closed_at",
    party=_TEXT(),
    why=_TEXT(),
    opened_by_id=_WHO(owner="opened_by_id"),
    approved_by_id=_WHO(owner="approved_by_id"),
)
declare("privacy.MatterLine", impersonal="id matter kind at people", by_id=_WHO(owner="by_id"), text=_TEXT())

_ASKED = partial(
    Datum,
    "user.unique_id.pseudonymous",
    purpose="privacy.requests",
    source="automatic",
    keep="3 y, pointing to nobody",
    erase="pseudonymise",
)
declare(
    "privacy.Erasure",
    impersonal="id state asked_at begins_at ended_at done counts remarks",
    person_id=_ASKED(owner="person_id"),
    asked_by=_ASKED(owner="asked_by"),
    heirs=_ASKED(no_owner="Ids of colleagues who take things over, gone when the erasure has ended"),
    address=Datum(
        "user.contact.email",
        purpose="privacy.requests",
        source="derived",
        keep="until the erasure has ended",
        erase="destroy key",
        owner="person_id",
        free_text=True,
    ),
)

declare("privacy.RetentionRun", impersonal="id store day gone late_seconds ran_at fault")
_COPY = partial(Datum, purpose="privacy.requests", source="derived", keep="7 d after it is ready")
declare(
    "privacy.Export",
    impersonal="id state asked_at ready_at expires_at size",
    person_id=_COPY("user.unique_id.pseudonymous", owner="person_id"),
)
declare(
    "privacy.ExportPart",
    impersonal="id export number",
    content=_COPY("user.content.private", owner="export__person_id", free_text=True),
)
_WENT = partial(
    Datum,
    purpose="privacy.requests",
    source="automatic",
    keep="24 months",
    owner="person_id",
)
declare(
    "privacy.Disclosure",
    impersonal="id organization_id recipient categories purpose day others times first_at last_at",
    person_id=_WENT("user.unique_id.pseudonymous"),
    reference=_WENT("user.behavior"),
)
declare("privacy.Stop", impersonal="id recipient began_at ended_at")

_CHOSE = partial(Datum, "user.privacy_preferences", purpose="service.notifications", owner="person_id")
declare(
    "privacy.PolicyVersion",
    impersonal="id number digest document weight summary changes purposes changes_recipients effective_from "
    "published_at",
    published_by_id=_WHO(owner="published_by_id"),
)
declare(
    "privacy.PolicyNotice",
    impersonal="id version told_at",
    person=Datum(
        "user.unique_id.pseudonymous",
        purpose="service.notifications",
        source="automatic",
        owner="person_id",
    ),
    mailed_at=_CHOSE(source="automatic"),
    acknowledged_at=_CHOSE(),
    agreed=_CHOSE(),
)
_ASKED = partial(
    Datum,
    "user.contact.email",
    purpose="service.notifications",
    subject="subscriber",
    keep="until unsubscribed",
    owner="address_hash",
    known_by="address hash",
)
declare(
    "privacy.RecipientNews",
    impersonal="id since told",
    address=_ASKED(),
    address_hash=_ASKED(source="derived"),
)

_WRITTEN = partial(
    Datum,
    purpose="privacy.requests",
    keep="3 y after the answer",
    owner="person_id",
    free_text=True,
)
declare(
    "privacy.DataSubjectRequest",
    impersonal="id organization kind state tries asked_at acknowledge_by answer_by is_extended acknowledged_at "
    "ended_at",
    person_id=_WRITTEN("user.unique_id.pseudonymous", source="automatic", free_text=False),
    address=_WRITTEN("user.contact.email"),
    text=_WRITTEN("user.content.private"),
    answer=_WRITTEN("user.content.private", source="derived"),
    code_hash=_WRITTEN("user.authorization.credentials", source="automatic", keep="24 h", free_text=False),
    answered_by=_WRITTEN(
        "user.unique_id.pseudonymous",
        source="automatic",
        owner="answered_by",
        erase="pseudonymise",
        free_text=False,
    ),
)
