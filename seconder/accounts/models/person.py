from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from seconder.core.clock import now
from seconder.core.ids import new_id


class PersonQuerySet(models.QuerySet["Person"]):
    def by_email(self, email: str) -> Person | None:
        return self.filter(email__iexact=email.strip()).first()

    def get_by_natural_key(self, email: str) -> Person:
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Someone who signs in. One person may belong to many organizations."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    objects = models.Manager.from_queryset(PersonQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_once_per_address")]

    def __str__(self) -> str:
        return self.name
