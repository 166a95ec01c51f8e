from __future__ import annotations

from django.db import models

from seconder.accounts.models.person import Person
from seconder.accounts.roles import ROLES, roles_with
from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

# First parts of addresses that are the site's own, so no organization can have them.
TAKEN_SLUGS = frozenset(
    {"account", "api", "healthz", "invitations", "metrics", "privacy", "problems", "readyz", "sign-in", "sign-out",
     "sign-up", "static"}
)  # fmt: skip


class Organization(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name

    @property
    def organization_id(self) -> object:
        return self.pk


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        return self.filter(is_active=True, person__is_active=True)

    def assignable(self) -> MembershipQuerySet:
        return self.active().filter(role__in=roles_with("reviews.decide"))


class Membership(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.TextField(choices=[(role, role) for role in ROLES])
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    objects = Scoped.from_queryset(MembershipQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organization_id} as {self.role}"


class Team(models.Model):
    """A named group of members, such as `finance`; reviews are assigned to it as `@finance`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="teams")
    name = models.SlugField()
    members = models.ManyToManyField(Membership, through="TeamMember", related_name="teams")

    objects = Scoped["Team"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_once")]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, models.CASCADE)
    membership = models.ForeignKey(Membership, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "membership"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.team_id}"
