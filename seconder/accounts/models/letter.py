from __future__ import annotations

from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id


class Letter(models.Model):
    """A mail that waits to be sent, sealed as a whole: it may hold a code. Deleted once it is sent, or after a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content = models.BinaryField()
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"letter {self.pk}"
