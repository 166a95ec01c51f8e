from __future__ import annotations

from datetime import date

from seconder.accounts.naming import people
from seconder.core.purposes import PURPOSES
from seconder.privacy.models import Agreement
from seconder.privacy.models.agreement import REGIONS, STANDINGS


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def rows(agreement: Agreement) -> list[dict[str, object]]:
    """For `{% keyvalues %}`."""
    who = people([agreement.recorded_by_id])[agreement.recorded_by_id]["name"]
    until = _day(agreement.effective_until) if agreement.effective_until else "another version begins"
    document = str(agreement.document_name or "the text below")
    return [
        {"label": "The organization", "value": STANDINGS[agreement.standing]},
        {"label": "In force", "value": f"from {_day(agreement.effective_from)} until {until}"},
        {"label": "Signed on", "value": _day(agreement.signed_on)},
        {"label": "Signed by", "value": agreement.signed_by},
        {"label": "Where the data may be", "value": REGIONS[agreement.region]},
        {
            "label": "What may be done with it",
            "value": [PURPOSES[name].words if name in PURPOSES else name for name in agreement.purposes],
        },
        {"label": "Notice of a new sub-processor", "value": f"{agreement.notice_days} days"},
        {"label": "Document", "value": document},
        {"label": "SHA-256", "value": agreement.document_hash},
        {"label": "Recorded by", "value": who or "somebody who has left"},
    ]
