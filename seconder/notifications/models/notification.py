from __future__ import annotations

from django.db import models

from seconder.accounts.actor import Actor
from seconder.accounts.models import Organization, Person
from seconder.core.clock import now
from seconder.core.scoped import Scoped


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> NotificationQuerySet:
        return self.filter(person=actor.person)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)


class Notification(models.Model):
    """One person hears of one event, once. It holds ids; the page shows what may be seen at that moment."""

    pk = models.CompositePrimaryKey("person_id", "event_id")
    event_id = models.UUIDField()
    organization = models.ForeignKey(Organization, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    name = models.TextField()  # of the event
    subject_id = models.UUIDField()
    at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)  # None: not by mail, or sent
    letter = models.TextField(default="asked")  # the name of the letter that it goes in (`kinds`)

    objects = Scoped.from_queryset(NotificationQuerySet)()

    class Meta:
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                name="notification_mail_due",
                condition=models.Q(mail_due_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.person_id}"
