"""One incident and one agreement, for tests of others."""

from __future__ import annotations

from django_scopes import scope

from seconder.core.clock import now
from seconder.privacy.agreements.recording import Terms, record_version
from seconder.privacy.incidents.register import Known, open_incident
from seconder.testing import Cast


def registers(cast: Cast) -> dict[str, str]:
    """The ids of an incident and an agreement of demo."""
    alice, today = cast.actor("alice", "web"), now().date()
    terms = Terms(
        standing="controller",
        version="1",
        region="any",
        purposes=["service"],
        notice_days=30,
        signed_by=["Jane Doe"],
        signed_on=today,
        effective_from=today,
        text="terms",
    )
    with scope(organization=cast.demo.pk):
        incident = open_incident(alice, Known("Lost laptop", "Encrypted.", now()))
        return {"incident": str(incident.pk), "agreement": str(record_version(alice, terms).pk)}
