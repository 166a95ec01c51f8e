"""Making an organization, and letting people into it: what `organizations`, `people` and the demo share."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django_scopes import scope

from seconder.accounts.enrolling import enrol
from seconder.accounts.models import Membership, Organization, Person, Team
from seconder.accounts.organizations import founding
from seconder.accounts.people.joining import join
from seconder.cli.terminal import Failed
from seconder.core.refusals import Refusal
from seconder.events.by import By

OPERATOR = By("system", channel="cli")


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
    """A new organization. Raises Failed where the slug cannot be had."""
    try:
        return founding.make(slug, name, OPERATOR)
    except ValidationError as refused:
        raise Failed(" ".join(refused.messages)) from refused


@transaction.atomic
def admit(
    organization: Organization, email: str, name: str, role: str, teams: Sequence[str] = ()
) -> Membership:
    """Makes the person unless that address is known, and a member with this role and these teams.

    Raises Failed where they are a member already: a role is not changed in passing.
    """
    person = Person.objects.by_email(email) or enrol(email, name)
    with scope(organization=organization.pk):
        groups = [Team.objects.get_or_create(organization=organization, name=team)[0] for team in teams]
    try:
        return join(organization, person, role, OPERATOR, groups)
    except Refusal as refused:
        raise Failed(refused.detail) from refused
