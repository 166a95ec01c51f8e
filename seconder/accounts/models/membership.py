from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

from seconder.accounts.models.organization import Organization
from seconder.accounts.models.person import Person
from seconder.accounts.models.role import Role
from seconder.accounts.roles import CUSTOM, ROLES, roles_with, verbs_of
from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, actor: Actor) -> MembershipQuerySet:
        """Colleagues see each other; a guest sees only itself."""
        return self if "people.read" in actor.verbs else self.filter(person=actor.person)

    def active(self) -> MembershipQuerySet:
        return self.filter(is_active=True, person__is_active=True)

    def having(self, verb: str) -> MembershipQuerySet:
        """Those whose role, built in or the organization's own, has the verb."""
        return self.filter(Membership.holding(verb))

    def assignable(self) -> MembershipQuerySet:
        """Whom a review may be assigned to."""
        return self.active().having("reviews.decide")

    def judged(self) -> MembershipQuerySet:
        """With all that the judge needs of each (`Actor.of_seat`), in the same query."""
        from seconder.accounts.identity.factors import second_factor_of

        lacks = models.Q(organization__requires_second_factor=True) & ~second_factor_of("person_id")
        return self.select_related("person", "organization", "custom_role").annotate(  # type: ignore[no-redef]  # said below
            lacks_factor=models.ExpressionWrapper(lacks, models.BooleanField())
        )


class Membership(models.Model):
    """One person's seat in one organization. Suspended, it is not active; whoever leaves has none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.TextField(choices=[(role, role) for role in [*ROLES, CUSTOM]])
    custom_role = models.ForeignKey(Role, models.PROTECT, null=True, related_name="memberships")
    is_active = models.BooleanField(default=True)
    seen_on = models.DateField(null=True)  # the day of the last visit, no finer
    created_at = models.DateTimeField(default=now)

    objects = Scoped.from_queryset(MembershipQuerySet)()

    if TYPE_CHECKING:
        organization_id: uuid.UUID
        person_id: uuid.UUID
        lacks_factor: (
            bool  # of a `judged` one: the organization requires a second factor that the person has not
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=ROLES, custom_role=None)
                | models.Q(role=CUSTOM, custom_role__isnull=False),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organization_id} as {self.role}"

    @staticmethod
    def holding(verb: str) -> models.Q:
        """For queries: the role, built in or the organization's own, has the verb."""
        return models.Q(role__in=roles_with(verb)) | models.Q(custom_role__verbs__contains=[verb])

    def why(self, actor: Actor, verb: str) -> str | None:
        """Whoever manages people manages those who may no more than they may give: an admin touches no owner."""
        if verb == "people.manage" and not self.verbs <= actor.may_give:
            return None
        return actor.by_role(verb)

    @property
    def involved(self) -> set[uuid.UUID]:
        return {self.person_id}

    @property
    def role_name(self) -> str:
        return self.custom_role.name if self.custom_role else self.role

    @property
    def verbs(self) -> frozenset[str]:
        return verbs_of(self.role, self.custom_role.verbs if self.custom_role else None)
