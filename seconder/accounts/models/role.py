from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from seconder.accounts.models.organization import Organization
from seconder.accounts.roles import CUSTOM, OTHERS, ROLES
from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor


class RoleQuerySet(models.QuerySet["Role"]):
    def visible_to(self, actor: Actor) -> RoleQuerySet:
        return self if "people.read" in actor.verbs else self.none()


class Role(models.Model):
    """A role that the organization made for itself, of the verbs in `accounts.roles`, less those of owners only.

    `name` is what files, lists and the API call it, and never changes; `title` is for people.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="roles")
    name = models.SlugField()
    title = models.CharField(max_length=100)
    verbs = models.JSONField(default=list)
    created_at = models.DateTimeField(default=now)

    objects = Scoped.from_queryset(RoleQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="role_once"),
            models.CheckConstraint(
                condition=~models.Q(name__in=[*ROLES, CUSTOM]), name="role_is_not_built_in"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def why(self, actor: Actor, verb: str) -> str | None:
        """A role that may what its changer may not stays as it is."""
        if verb == "roles.manage" and not OTHERS.intersection(self.verbs) <= actor.may_give:
            return None
        return actor.by_role(verb)
