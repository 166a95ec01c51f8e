from functools import partial

from seconder.core.vocabulary import Datum, declare

_HEARD = partial(Datum, purpose="service.notifications", keep="90 d", owner="person_id")
declare(
    "notifications.Notification",
    impersonal="event_id organization name subject_id at mail_due_at letter",
    person=_HEARD("user.unique_id.pseudonymous", source="automatic"),
    read_at=_HEARD("user.behavior", source="automatic"),
)

_CHOSEN = Datum("user.privacy_preferences", purpose="service.notifications", owner="person_id")
declare(
    "notifications.Preferences",
    person=Datum("user.unique_id.pseudonymous", purpose="service.notifications", owner="person_id"),
    ways=_CHOSEN,
    digest_hour=_CHOSEN,
    digest_days=_CHOSEN,
    quiet_from=_CHOSEN,
    quiet_until=_CHOSEN,
)
