from seconder.core.vocabulary import Datum, declare

declare(
    "notifications.Notification",
    impersonal="event_id organization name subject_id at mail_due_at",
    person=Datum(
        "user.unique_id.pseudonymous", purpose="service.notifications", source="automatic", keep="90 d"
    ),
    read_at=Datum("user.behavior", purpose="service.notifications", source="automatic", keep="90 d"),
)
