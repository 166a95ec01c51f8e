"""Keys say nothing by themselves; that one exists for an owner is known from the owner's own row."""

from seconder.core.vocabulary import Datum, declare

declare("core.DataKey", impersonal="id owner_id wrapped")

declare("core.ProviderEvent", impersonal="id at")
_SENT = "service.notifications"
declare(
    "core.Delivery",
    impersonal="id kind organizations message_id state attempts created_at changed_at",
    key=Datum("user.unique_id.pseudonymous", purpose=_SENT, source="automatic", keep="90 d"),
    person_id=Datum("user.unique_id.pseudonymous", purpose=_SENT, source="automatic", keep="90 d"),
    address_hash=Datum("user.contact.email", purpose=_SENT, source="derived", keep="90 d"),
)
# Outlives the account, so that whoever did not want mail is not written to when they come back.
declare(
    "core.Suppression",
    impersonal="reason at asked_at",
    address_hash=Datum(
        "user.contact.email", purpose=_SENT, source="third-party", keep="until lifted", erase="pseudonymise"
    ),
)
