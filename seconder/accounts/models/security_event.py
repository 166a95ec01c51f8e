from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from seconder.accounts.models.membership import Membership
from seconder.accounts.models.organization import Organization
from seconder.accounts.models.person import Person
from seconder.core.clock import now
from seconder.core.ids import new_id

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor


class SecurityEventQuerySet(models.QuerySet["SecurityEvent"]):
    def visible_to(self, actor: Actor) -> SecurityEventQuerySet:
        """What happened in the organization, and to the accounts of its members since they came. Of what a member
        does in another organization nothing."""
        seats = Membership.objects.filter(person=OuterRef("person"), created_at__lte=OuterRef("at"))
        theirs = Q(Exists(seats), organization=None)
        return self.filter(Q(organization_id=actor.organization.pk) | theirs)


class SecurityEvent(models.Model):
    """Something that matters to the safety of an account: apart from the record of who did what, which is for good,
    and from any measuring of use. `person` None: nobody here, or nobody knows who."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="security_events")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True)  # None: of the account itself
    kind = models.TextField()  # a name of `accounts.security.kinds`
    at = models.DateTimeField(default=now)
    browser = models.TextField(default="")
    system = models.TextField(default="")
    device = models.TextField(default="unknown")
    country = models.TextField(default="")
    network = models.TextField(default="")  # `203.0.113.0/24` or `2001:db8:7::/48`, for 30 days
    facts = models.JSONField(default=dict)  # ids and plain words, never text that somebody wrote

    objects = models.Manager.from_queryset(SecurityEventQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="security_of_person"),
            models.Index(fields=["organization", "-id"], name="security_of_organization"),
            models.Index(fields=["at"], name="security_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
