from seconder.core.vocabulary import Datum, declare

declare(
    "notifications.Notification",
    impersonal="event_id organization name subject_id at mail_due_at letter",
    person=Datum(
        "user.unique_id.pseudonymous", purpose="service.notifications", source="automatic", keep="90 d"
    ),
    read_at=Datum("user.behavior", purpose="service.notifications", source="automatic", keep="90 d"),
)

_CHOSEN = Datum("user.privacy_preferences", purpose="service.notifications")
declare(
    "notifications.Preferences",
    person=Datum("user.unique_id.pseudonymous", purpose="service.notifications"),
    ways=_CHOSEN,
    digest_hour=_CHOSEN,
    digest_days=_CHOSEN,
    quiet_from=_CHOSEN,
    quiet_until=_CHOSEN,
)
