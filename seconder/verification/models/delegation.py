from django.db import models

from seconder.core.clock import now
from seconder.core.encryption import EncryptedText
from seconder.core.ids import new_id


class Delegation(models.Model):
    """A seat in one review that went from one person to another, who gave it, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey("verification.Review", models.CASCADE, related_name="delegations")
    from_id = models.UUIDField()
    to_id = models.UUIDField()
    by_id = models.UUIDField()  # the one who had the seat, or who reassigned it
    note = EncryptedText(owner="by_id")
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.from_id} to {self.to_id}"
