from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import models, transaction

from seconder.accounts.models.person import Person
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.core.ids import new_id

LASTS = timedelta(hours=24)


class SignInLink(models.Model):
    """A link that signs one person in, once, within a day. Opening it shows a button; only the button signs in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE)
    hash = models.TextField(unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.person_id}"

    @classmethod
    def create(cls, person: Person, *, lasts: float = LASTS.total_seconds()) -> str:
        """The token, good for so many seconds; the row keeps a keyed hash of it."""
        token = secrets.token_urlsafe(32)
        until = now() + timedelta(seconds=lasts)
        cls.objects.create(person=person, hash=keyed_hash(token, "sign-in"), expires_at=until)
        return token

    @classmethod
    def find(cls, token: str) -> SignInLink | None:
        return (
            cls.objects.select_related("person")
            .filter(
                hash=keyed_hash(token, "sign-in"),
                used_at=None,
                expires_at__gt=now(),
                person__is_active=True,
            )
            .first()
        )

    @classmethod
    def use(cls, token: str) -> Person | None:
        """Uses the link up and answers whose it is; None where it is used, expired or unknown."""
        with transaction.atomic():
            link = cls.find(token)
            used = link and cls.objects.filter(pk=link.pk, used_at=None).update(used_at=now())
            return link.person if link and used else None
