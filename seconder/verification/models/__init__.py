from seconder.verification.models.assignment import Assignment
from seconder.verification.models.decision import Decision
from seconder.verification.models.review import Review

__all__ = ["Assignment", "Decision", "Review"]
