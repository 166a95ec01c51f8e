"""Which organization runs the installation: pages about all of it open to its members alone."""

from __future__ import annotations

from django.conf import settings

from seconder.accounts.models import Organization


def runs_it(organization: Organization) -> bool:
    """The one that SECONDER_OPERATOR names; where it names none, the first that was made here: whoever founds one later
    neither becomes it nor takes it away."""
    if settings.OPERATOR:
        return organization.slug == settings.OPERATOR
    first = Organization.objects.order_by("created_at", "pk").values_list("pk", flat=True)[:1]
    return list(first) == [organization.pk]
