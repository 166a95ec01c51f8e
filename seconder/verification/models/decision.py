from typing import Any

from django.db import models

from seconder.core.clock import now
from seconder.core.encryption import EncryptedJSON, EncryptedText
from seconder.core.ids import new_id

VERDICTS = ["approve", "edit", "reject", "request_changes", "answer"]


class Decision(models.Model):
    """One person's vote. Never changed: the table has a trigger that refuses it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(  # found by `decision_one_vote`
        "verification.Review", models.CASCADE, related_name="decisions", db_index=False
    )
    person_id = models.UUIDField()
    verdict = models.TextField(choices=[(verdict, verdict) for verdict in VERDICTS])
    note = EncryptedText(owner="person_id")
    # path → {"before": value, "after": value}
    changes = EncryptedJSON(owner="person_id")
    answer = EncryptedJSON(owner="person_id")
    digest = models.TextField()  # what was shown when voting
    stage = models.SmallIntegerField(default=1)  # at which it counts; 0: an edit that began the stages anew
    is_own_request = models.BooleanField(default=False)  # permitted by `forbid: []`, and marked
    channel = models.TextField()
    allowance_id = models.UUIDField(null=True)  # given by itself, as this one says (`verification.allowing`)
    strength = models.TextField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person_id", "digest", "stage"], name="decision_one_vote"
            ),
            models.CheckConstraint(condition=models.Q(verdict__in=VERDICTS), name="decision_verdict_known"),
        ]
        indexes = [
            models.Index(fields=["person_id", "review"], name="decision_of_person"),
            models.Index(
                fields=["allowance_id"],
                name="decision_of_allowance",
                condition=models.Q(allowance_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.person_id}"

    @property
    def edits(self) -> dict[str, Any]:  # Any: the values that the reviewer gave, any JSON
        """path → the value given, as the API takes it; nothing where it was erased with who gave it."""
        changes: Any = self.changes  # Any: an encrypted column holds any JSON
        return (
            {path: change["after"] for path, change in changes.items()} if isinstance(changes, dict) else {}
        )
