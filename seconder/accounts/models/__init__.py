from seconder.accounts.models.attempt import Attempt
from seconder.accounts.models.hours import DayOff, Holiday, UsualHours, WorkingHours
from seconder.accounts.models.invitation import Invitation, InvitationList
from seconder.accounts.models.key import ApiKey
from seconder.accounts.models.letter import Letter
from seconder.accounts.models.membership import Membership
from seconder.accounts.models.organization import Logo, Organization
from seconder.accounts.models.person import Person, TakenName
from seconder.accounts.models.repeat import RepeatedCall
from seconder.accounts.models.role import Role
from seconder.accounts.models.security_event import SecurityEvent
from seconder.accounts.models.session import Session
from seconder.accounts.models.sign_in import SignInLink
from seconder.accounts.models.team import Team, TeamMember

__all__ = [
    "ApiKey",
    "Attempt",
    "DayOff",
    "Holiday",
    "Invitation",
    "InvitationList",
    "Letter",
    "Logo",
    "Membership",
    "Organization",
    "Person",
    "RepeatedCall",
    "Role",
    "SecurityEvent",
    "Session",
    "SignInLink",
    "TakenName",
    "Team",
    "TeamMember",
    "UsualHours",
    "WorkingHours",
]
