from __future__ import annotations

import uuid

from django.db import models

from seconder.core.clock import now
from seconder.core.ids import new_id

# First parts of addresses that are the site's own, so no organization can have them; a test compares. The others are
# kept because people would take them for the site's.
TAKEN_SLUGS = frozenset(
    {"account", "api", "healthz", "invitations", "metrics", "privacy", "problems", "readyz", "sign-in", "sign-out",
     "sign-up", "static",
     "about", "admin", "billing", "careers", "contact", "docs", "everyone", "help", "login", "logout", "mail", "media",
     "new", "oauth", "organizations", "policy", "seconder", "security", "settings", "signin", "signup", "status",
     "support", "system", "terms", "trust", "webhooks", "well-known", "www"}
)  # fmt: skip


class Organization(models.Model):
    """`slug` stands in every address and never changes; `name` is for people."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    requires_second_factor = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name

    @property
    def organization_id(self) -> uuid.UUID:
        return self.pk
