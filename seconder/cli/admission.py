"""Making an organization, and letting people into it: what `organizations`, `people` and the demo share."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django_scopes import scope

from seconder.accounts.enrolling import enrol
from seconder.accounts.models import Membership, Organization, Person, Team, TeamMember
from seconder.accounts.models.organization import TAKEN_SLUGS
from seconder.cli.terminal import Failed


def found(slug: str) -> Organization:
    """The organization that an operator named. Raises Failed."""
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        raise Failed(f"There is no organization {slug!r}; see `seconder organizations list`.")
    return organization


def known(email: str) -> Person:
    """The person that an operator named by address. Raises Failed."""
    person = Person.objects.by_email(email)
    if person is None:
        raise Failed(f"Nobody here has the address {email}; `seconder people list` shows who is here.")
    return person


def make(slug: str, name: str) -> Organization:
    """A new organization. Raises Failed where the slug is taken."""
    if slug in TAKEN_SLUGS:
        raise Failed(f"{slug!r} is an address of the site itself; choose another slug.")
    try:
        with transaction.atomic():
            return Organization.objects.create(slug=slug, name=name)
    except IntegrityError as taken:
        raise Failed(f"There is an organization {slug!r} already; choose another slug.") from taken


@transaction.atomic
def admit(
    organization: Organization, email: str, name: str, role: str, teams: Sequence[str] = ()
) -> Membership:
    """Makes the person unless that address is known, and a member with this role and these teams.

    Raises Failed where they are a member already: a role is not changed in passing.
    """
    person = Person.objects.by_email(email) or enrol(email, name)
    with scope(organization=organization):
        membership, is_new = Membership.objects.get_or_create(
            organization=organization, person=person, defaults={"role": role}
        )
        if not is_new:
            raise Failed(f"{email} is in {organization.slug} already, as {membership.role_name}.")
        for team in teams:
            group, _ = Team.objects.get_or_create(organization=organization, name=team)
            TeamMember.objects.create(team=group, membership=membership)
    return membership
