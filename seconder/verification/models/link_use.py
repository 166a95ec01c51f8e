from django.db import models

from seconder.core.clock import now


class LinkUse(models.Model):
    """One person's link to one review was used up: there is one for each of them, and it works once."""

    pk = models.CompositePrimaryKey("review_id", "person_id")
    review = models.ForeignKey(
        "verification.Review", models.CASCADE, related_name="link_uses", db_index=False
    )
    person_id = models.UUIDField()
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.review_id} by {self.person_id}"
