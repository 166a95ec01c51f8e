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


def operator() -> Organization | None:
    """The one that runs it; None where there is none yet, or the setting names none that there is."""
    named = Organization.objects.order_by("created_at", "pk")
    return (named.filter(slug=settings.OPERATOR) if settings.OPERATOR else named).first()
