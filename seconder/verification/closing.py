from __future__ import annotations

import uuid

from seconder.verification.models import Absence


def close(organization: uuid.UUID) -> None:
    """What does not go by itself with an organization."""
    Absence.objects.filter(organization_id=organization).delete()
