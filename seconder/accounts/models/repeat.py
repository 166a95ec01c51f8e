from django.db import models

from seconder.core.clock import now
from seconder.core.encryption import EncryptedJSON
from seconder.core.ids import new_id


class RepeatedCall(models.Model):
    """What a call with an `Idempotency-Key` was answered, for 24 hours: the repeat gets the same answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    caller_id = models.UUIDField()  # the API key, or the person of a session
    person_id = models.UUIDField()
    path = models.TextField()
    key = models.TextField()
    request_digest = models.TextField()
    status = models.SmallIntegerField(null=True)
    answer = EncryptedJSON(owner="person_id")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller_id", "path", "key"], name="call_once_per_key")]
        indexes = [models.Index(fields=["at"], name="repeated_call_age")]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"
