from django.contrib.postgres.indexes import GinIndex
from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id

_STATES = [
    "queued",
    "sent",
    "delivered",
    "bounced",
    "complained",
    "suppressed",
    "failed",
    "unknown",
    "withdrawn",
]


class DataKey(models.Model):
    """The key under which one person's (or one organization's) free text is written. Deleting it erases the text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.UUIDField(unique=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"data key of {self.owner_id}"


class Delivery(models.Model):
    """One message of the product's own and what became of it: no words of it, and of its address a keyed hash. Kept for
    90 days."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.TextField(unique=True)  # of the sending (`core.mail`)
    kind = models.TextField()  # a name of `core.mail.kinds`
    person_id = models.UUIDField(null=True)  # None: the address is nobody's here
    organizations = models.JSONField(default=list)  # ids of those that it tells about
    address_hash = models.TextField()
    message_id = models.TextField(default="")  # by which whoever carries it speaks of it
    state = models.TextField(default="queued")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=_STATES),
                name="delivery_state_is_known",
            )
        ]
        indexes = [
            models.Index(fields=["person_id", "-id"], name="delivery_of_person"),
            models.Index(fields=["created_at"], name="delivery_by_age"),
            models.Index(fields=["message_id"], name="delivery_by_message"),
            GinIndex(fields=["organizations"], name="delivery_of_organizations"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Suppression(models.Model):
    """An address that is not written to: at all where mail to it bounced for good, and not with news where its reader
    complained. It is kept as a keyed hash, so it also stands for who comes back after they were erased."""

    address_hash = models.TextField(primary_key=True)
    reason = models.TextField()  # bounced or complained
    at = models.DateTimeField(default=now)
    asked_at = models.DateTimeField(null=True)  # when the person was last sent a link to confirm the address

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=("bounced", "complained")), name="suppression_reason_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class ProviderEvent(models.Model):
    """That a mail provider told something, once; a keyed hash of which. Kept for 90 days."""

    id = models.TextField(primary_key=True)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.id


class DeniedRead(models.Model):
    """That code of ours wanted to read personal data for what they are not declared for: which tables, where in the
    code, and how often that day. Nothing of the data, nor whose. Kept for a year."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField()
    purpose = models.TextField()
    tables = models.TextField()
    place = models.TextField()
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "purpose", "tables", "place"], name="denied_read_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tables} for {self.purpose}"
