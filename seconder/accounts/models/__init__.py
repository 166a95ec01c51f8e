from seconder.accounts.models.key import ApiKey
from seconder.accounts.models.organization import Membership, Organization, Team, TeamMember
from seconder.accounts.models.person import Person
from seconder.accounts.models.repeat import RepeatedCall
from seconder.accounts.models.sign_in import SignInLink

__all__ = [
    "ApiKey",
    "Membership",
    "Organization",
    "Person",
    "RepeatedCall",
    "SignInLink",
    "Team",
    "TeamMember",
]
