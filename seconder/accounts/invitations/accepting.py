from __future__ import annotations

from django.db import transaction
from django_scopes import scope, scopes_disabled

from seconder.accounts import security
from seconder.accounts.actor import Actor
from seconder.accounts.models import Invitation, Membership, Person
from seconder.accounts.models.invitation import hash_of
from seconder.accounts.people.joining import join
from seconder.core.clock import now
from seconder.core.refusals import Conflict, Expired, NotAllowed, NotFound
from seconder.events.by import By
from seconder.events.recording import record


def find(token: str) -> Invitation:
    """Raises NotFound for a link that was never one of ours, or was replaced by a newer one."""
    with scopes_disabled():
        rows = Invitation.objects.select_related("organization", "by", "custom_role")
        found = rows.filter(hash=hash_of(token)).first()
    if found is None:
        raise NotFound("This invitation is not there. If a newer letter came, use the link in that one.")
    return found


def obstacle(invitation: Invitation) -> str:
    """Why nobody can accept it any more, in words; "" where somebody still can."""
    home, by = invitation.organization.name, invitation.by.name
    if invitation.state == "accepted":
        return f"This invitation to {home} was accepted already. It works once."
    if invitation.state == "canceled":
        return f"This invitation to {home} was withdrawn. Ask {by} about it."
    if invitation.state == "expired":
        return f"This invitation to {home} has ended: it works for seven days. Ask {by} to send it again."
    inviter = Actor.of_person(invitation.by, invitation.organization)
    if inviter is None or not invitation.why(inviter, "people.manage"):
        return f"{by}, who invited you to {home}, cannot do so any more. Ask there for another invitation."
    return ""


def is_for(invitation: Invitation, person: Person) -> bool:
    return person.email.lower() == invitation.email.lower()


def accept(person: Person, invitation: Invitation) -> Membership:
    """The person's seat. Whoever holds the link is not who was invited: the address must be theirs."""
    with transaction.atomic(), scope(organization=invitation.organization_id):
        rows = Invitation.objects.select_related("organization", "by", "custom_role")
        locked = rows.select_for_update(of=("self",)).get(pk=invitation.pk)
        if not is_for(locked, person):
            raise NotAllowed("This invitation is for another address than yours.")
        if why := obstacle(locked):
            raise Expired(why)
        return _let_in(person, locked)


def _let_in(person: Person, invitation: Invitation) -> Membership:
    by = By("person", person.pk, "web", "session")
    try:
        seat = join(invitation.organization, person, invitation.role_name, by, invitation.teams.all())
    except Conflict as here:
        raise Conflict("You are a member here already, or were suspended. Nothing was changed.") from here
    invitation.accepted_at = now()
    invitation.save(update_fields=["accepted_at"])
    record("invitation.accepted", invitation, by, person=str(person.pk))
    security.observe("invitation.accepted", person=person, organization=invitation.organization)
    return seat


def name_suggested(email: str) -> str:
    """`jane.doe@example.com` is probably Jane Doe; whoever signs up changes it."""
    words = (
        email.partition("@")[0]
        .partition("+")[0]
        .replace(".", " ")
        .replace("_", " ")
        .replace("-", " ")
        .split()
    )
    return " ".join(word.capitalize() for word in words if not word.isdigit())
