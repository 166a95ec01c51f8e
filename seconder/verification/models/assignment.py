from django.db import models

from seconder.core.clock import now


class Assignment(models.Model):
    """One person who may decide one review, at one of its stages. The people of a team are written out when the review
    opens."""

    pk = models.CompositePrimaryKey("review_id", "person_id", "stage")
    # without an index of its own: the key begins with it
    review = models.ForeignKey(
        "verification.Review", models.CASCADE, related_name="assignments", db_index=False
    )
    person_id = models.UUIDField()
    stage = models.SmallIntegerField(default=1)  # the person is asked when the review is at it
    how = models.TextField(
        default="assigned"
    )  # assigned · default · escalated · handed over · delegated · stand-in
    teams = models.JSONField(default=list)  # of a rule per team: those that the person's vote may count for
    for_id = models.UUIDField(null=True)  # of a stand-in: who is out of office
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["person_id", "review"], name="assignment_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.review_id}"
