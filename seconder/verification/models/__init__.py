from seconder.verification.models.absence import Absence
from seconder.verification.models.allowance import Allowance
from seconder.verification.models.assignment import Assignment
from seconder.verification.models.decision import Decision
from seconder.verification.models.delegation import Delegation
from seconder.verification.models.link_use import LinkUse
from seconder.verification.models.review import Review
from seconder.verification.models.second_look import SecondLook
from seconder.verification.models.snooze import Snooze

__all__ = [
    "Absence",
    "Allowance",
    "Assignment",
    "Decision",
    "Delegation",
    "LinkUse",
    "Review",
    "SecondLook",
    "Snooze",
]
