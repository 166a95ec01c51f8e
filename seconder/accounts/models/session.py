from __future__ import annotations

from datetime import timedelta

from django.db import models

from seconder.accounts.changed import access_changed
from seconder.accounts.models.person import Person
from seconder.core.clock import now
from seconder.core.ids import new_id

IDLE = timedelta(days=14)  # after which an unused session ends
ABSOLUTE = timedelta(days=90)  # after which any does
NOBODYS = timedelta(hours=2)  # of whoever has not signed in yet
DEVICES = ["computer", "phone", "tablet", "unknown"]


class SessionQuerySet(models.QuerySet["Session"]):
    def end(self) -> int:
        """Ends them: their next request, and what they have open, is refused."""
        ended, _ = self.delete()
        if ended:
            access_changed()
        return ended


class Session(models.Model):
    """One sign-in on one device. What the browser holds is not stored, only a keyed hash of it; what is kept for the
    person's visit (`content`) is sealed. Of browser and system: family and major version, never more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hash = models.TextField(unique=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="sessions")
    content = models.BinaryField()
    browser = models.TextField(default="")
    system = models.TextField(default="")
    device = models.TextField(default="unknown")
    country = models.TextField(default="")  # ISO 3166-1, "" where it is not known
    created_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    objects = models.Manager.from_queryset(SessionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(device__in=DEVICES), name="session_device_known")
        ]
        indexes = [models.Index(fields=["expires_at"], name="session_expiry")]

    def __str__(self) -> str:
        return f"session of {self.person_id}"

    def use(self) -> None:
        """Notes that it is in use, and puts off its end as far as the absolute limit allows."""
        self.seen_at = now()
        idle = IDLE if self.person_id else NOBODYS
        self.expires_at = min(self.seen_at + idle, self.created_at + ABSOLUTE)
