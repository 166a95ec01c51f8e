from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models

from seconder.core.clock import now
from seconder.core.encryption import decrypt, encrypt
from seconder.core.ids import new_id

LASTS = timedelta(days=7)  # after it is ready
PART = 4 * 1024 * 1024  # bytes of a row
STATES = ["waiting", "ready", "failed"]
_COLUMN = "privacy_exportpart.content"


class ExportQuerySet(models.QuerySet["Export"]):
    def of_person(self, person: uuid.UUID) -> ExportQuerySet:
        return self.filter(person_id=person)

    def live(self) -> ExportQuerySet:
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=now()))


class Export(models.Model):
    """A copy of everything that is held of one person, made once for them to take away. It is under their own key, so
    that nobody reads it in a backup, and it is gone with them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    state = models.TextField(default="waiting")
    asked_at = models.DateTimeField(default=now)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes of the archive

    objects = models.Manager.from_queryset(ExportQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="export_state_known"),
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(state="waiting"), name="export_once_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["person_id", "-id"], name="export_of_person")]

    def __str__(self) -> str:
        return f"export {self.pk}"

    def put(self, archive: bytes) -> None:
        """In parts, so that neither a row nor an answer holds all of it."""
        self.parts.all().delete()
        for number, start in enumerate(range(0, len(archive), PART)):
            sealed = encrypt(archive[start : start + PART], self.person_id, _COLUMN)
            ExportPart.objects.create(export=self, number=number, content=sealed)
        self.size = len(archive)

    def read(self) -> Iterator[bytes]:
        """The archive, part by part; nothing where its key is destroyed."""
        for part in self.parts.order_by("number").iterator(chunk_size=1):
            if plain := decrypt(bytes(part.content), _COLUMN):
                yield plain


class ExportPart(models.Model):
    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    if TYPE_CHECKING:
        id: int

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.export_id}"
