"""Which organization runs the installation: pages about all of it open to its members alone."""

from __future__ import annotations

from django.conf import settings

from seconder.accounts.models import Organization


def runs_it(organization: Organization) -> bool:
    """The one that SECONDER_OPERATOR names; where it names none, the only one that there is."""
    if settings.OPERATOR:
        return organization.slug == settings.OPERATOR
    return list(Organization.objects.values_list("pk", flat=True)[:2]) == [organization.pk]
