from seconder.privacy.models.agreement import Agreement
from seconder.privacy.models.incident import Entry, Incident

__all__ = ["Agreement", "Entry", "Incident"]
