from seconder.accounts.models.attempt import Attempt
from seconder.accounts.models.key import ApiKey
from seconder.accounts.models.letter import Letter
from seconder.accounts.models.organization import Membership, Organization, Team, TeamMember
from seconder.accounts.models.person import Person, TakenName
from seconder.accounts.models.repeat import RepeatedCall
from seconder.accounts.models.session import Session
from seconder.accounts.models.sign_in import SignInLink

__all__ = [
    "ApiKey",
    "Attempt",
    "Letter",
    "Membership",
    "Organization",
    "Person",
    "RepeatedCall",
    "Session",
    "SignInLink",
    "TakenName",
    "Team",
    "TeamMember",
]
