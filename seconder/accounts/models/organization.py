from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id
from seconder.core.scoped import Scoped

if TYPE_CHECKING:
    from seconder.accounts.actor import Actor

# First parts of addresses that are the site's own, so no organization can have them; a test compares. The others are
# kept because people would take them for the site's.
TAKEN_SLUGS = frozenset(
    {"account", "answer", "api", "healthz", "invitations", "metrics", "privacy", "problems", "readyz", "sign-in",
     "sign-out", "sign-up", "static", "unsubscribe",
     "about", "admin", "billing", "careers", "contact", "docs", "everyone", "help", "login", "logout", "mail", "media",
     "new", "oauth", "organizations", "policy", "seconder", "security", "settings", "signin", "signup", "status",
     "support", "system", "terms", "trust", "webhooks", "well-known", "www"}
)  # fmt: skip


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, actor: Actor) -> OrganizationQuerySet:
        return self.filter(pk=actor.organization.pk)


class LogoQuerySet(models.QuerySet["Logo"]):
    def visible_to(self, actor: Actor) -> LogoQuerySet:
        return self.filter(organization=actor.organization)


class Organization(models.Model):
    """`slug` stands in every address and never changes; `name` is for people."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    requires_second_factor = models.BooleanField(default=False)
    postal_address = models.TextField(default="")  # in the foot of mail that can be stopped; "": not said
    logo_mark = models.CharField(max_length=16, default="")  # changes with the logo; "": none
    created_at = models.DateTimeField(default=now)

    objects = models.Manager.from_queryset(OrganizationQuerySet)()

    def __str__(self) -> str:
        return self.name

    @property
    def organization_id(self) -> uuid.UUID:
        return self.pk


class Logo(models.Model):
    """The picture of an organization, drawn anew from what was uploaded: PNG, at most 256 × 256."""

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True, related_name="logo")
    content = models.BinaryField()

    objects = Scoped.from_queryset(LogoQuerySet)()

    def __str__(self) -> str:
        return f"logo of {self.organization_id}"
