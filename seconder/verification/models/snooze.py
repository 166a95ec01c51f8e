from django.db import models

from seconder.core.clock import now


class Snooze(models.Model):
    """One person looks at one review later. It says nothing about the review, and ends by itself."""

    pk = models.CompositePrimaryKey("person_id", "review_id")
    review = models.ForeignKey("verification.Review", models.CASCADE, related_name="snoozes")
    person_id = models.UUIDField()
    until = models.DateTimeField()
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.review_id} for {self.person_id} until {self.until}"
