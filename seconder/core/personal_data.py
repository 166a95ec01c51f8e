"""Keys say nothing by themselves; that one exists for an owner is known from the owner's own row."""

from functools import partial

from seconder.core.vocabulary import Datum, declare

declare("core.DataKey", impersonal="id owner_id wrapped")

declare("core.DeniedRead", impersonal="id day purpose tables place times last_at")
declare("core.ProviderEvent", impersonal="id at")
_SENT = "service.notifications"
_TO = partial(Datum, purpose=_SENT, keep="90 d")
declare(
    "core.Delivery",
    impersonal="id kind organizations message_id state attempts created_at changed_at",
    key=_TO("user.unique_id.pseudonymous", source="automatic", owner="person_id"),
    person_id=_TO("user.unique_id.pseudonymous", source="automatic", owner="person_id"),
    address_hash=_TO("user.contact.email", source="derived", owner="address_hash", known_by="address hash"),
)
# Outlives the account, so that whoever did not want mail is not written to when they come back.
declare(
    "core.Suppression",
    impersonal="reason at asked_at",
    address_hash=Datum(
        "user.contact.email",
        purpose=_SENT,
        source="third-party",
        keep="until lifted",
        erase="pseudonymise",
        owner="address_hash",
        known_by="address hash",
    ),
)
