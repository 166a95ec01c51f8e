from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.functional import cached_property

from seconder.accounts.models.membership import Membership
from seconder.accounts.models.organization import Organization
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, actor: Actor) -> TeamQuerySet:
        return self if "people.read" in actor.verbs else self.none()


class Team(models.Model):
    """A named group of members. `name` is what agents' files call it (`@finance`), and never changes; `title` is for
    people, "" where it says no more than the name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="teams")
    name = models.SlugField()
    title = models.CharField(max_length=100, default="")
    members = models.ManyToManyField(Membership, through="TeamMember", related_name="teams")

    objects = Scoped.from_queryset(TeamQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_once")]

    def __str__(self) -> str:
        return self.title or self.name

    def why(self, actor: Actor, verb: str) -> str | None:
        """Who leads it may say who is in it, whatever their role."""
        if verb == "teams.manage" and actor.person.pk in self.lead_ids:
            return "leads it"
        return actor.by_role(verb)

    @cached_property
    def lead_ids(self) -> set[uuid.UUID]:
        """The people who lead it."""
        leads = TeamMember.objects.filter(team=self, is_lead=True, membership__is_active=True)
        return set(leads.values_list("membership__person", flat=True))

    @property
    def involved(self) -> set[uuid.UUID]:
        return self.lead_ids


class TeamMember(models.Model):
    """`is_lead`: may change who is in the team, and what it is called."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, models.CASCADE)
    membership = models.ForeignKey(Membership, models.CASCADE)
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "membership"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.team_id}"
