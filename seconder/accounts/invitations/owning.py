"""Invitations that a member answers for, when that member goes."""

from __future__ import annotations

from seconder.accounts.models import Invitation, Membership
from seconder.accounts.models.invitation import InvitationQuerySet
from seconder.accounts.people.belongings import Belonging, Kind
from seconder.core.clock import now
from seconder.events.by import By
from seconder.events.recording import record


def _sent(seat: Membership) -> InvitationQuerySet:
    return Invitation.objects.open().filter(organization=seat.organization_id, by=seat.person_id)


def _pass_on(seat: Membership, to: Membership, by: By) -> int:
    """What the colleague may not give lapses: it is asked again when somebody accepts."""
    del by  # the handing over is recorded as a whole
    return _sent(seat).update(by=to.person)


def withdraw(seat: Membership, by: By) -> None:
    """Those that nobody took over, of a seat that is given up."""
    for invitation in _sent(seat).select_for_update():
        invitation.canceled_at = now()
        invitation.save(update_fields=["canceled_at"])
        record("invitation.canceled", invitation, by)


INVITATIONS = Kind(
    "invitations",
    lambda seat: [Belonging(one.email, "invitations/") for one in _sent(seat).order_by("email")],
    _pass_on,
    needs="people.manage",
)
