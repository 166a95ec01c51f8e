from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from seconder.core.clock import now
from seconder.core.ids import new_id

ALONE = 15  # characters of a password, where it is all that is asked for


class PersonQuerySet(models.QuerySet["Person"]):
    def by_email(self, email: str) -> Person | None:
        return self.filter(email__iexact=email.strip()).first()

    def get_by_natural_key(self, email: str) -> Person:
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Someone who signs in. One person may belong to many organizations.

    `email` is the one place of the address; allauth's table of addresses follows it and says whether it is verified.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=200)
    username = models.CharField(max_length=30, null=True, unique=True)  # noqa: DJ001  None until one is chosen
    timezone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    has_short_password = models.BooleanField(default=False)  # good only beside a second factor
    policy_version = models.TextField(default="")  # of the privacy policy that was accepted at sign-up
    policy_accepted_at = models.DateTimeField(null=True)
    policy_notice = models.PositiveIntegerField(
        null=True
    )  # a version of the policy that they have not read yet
    declared_age_at = models.DateTimeField(null=True)  # when they said that they are old enough
    # What they last answered, as pages go by it: purpose → [mark of the question, whether yes, day]. The ledger of
    # choices, which is the privacy app's, holds every answer.
    choices = models.JSONField(default=dict)
    signal_at = models.DateTimeField(null=True)  # when a browser of theirs first sent Global Privacy Control
    created_at = models.DateTimeField(default=now)

    objects = models.Manager.from_queryset(PersonQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_once_per_address")]

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.has_short_password = raw_password is not None and len(raw_password) < ALONE

    def natural_key(self) -> Any:  # Any: Django's signature
        return (self.email,)


class TakenName(models.Model):
    """A username that somebody has or once had: it is nobody else's ever after. Only a keyed hash of it is kept."""

    hash = models.TextField(primary_key=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    taken_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.hash
