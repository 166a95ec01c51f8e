from seconder.privacy.models.agreement import Agreement
from seconder.privacy.models.consent import ChoiceCount, Consent, Notice
from seconder.privacy.models.disclosure import Disclosure, Stop
from seconder.privacy.models.erasure import Erasure
from seconder.privacy.models.export import Export, ExportPart
from seconder.privacy.models.incident import Entry, Incident
from seconder.privacy.models.matter import Matter, MatterLine
from seconder.privacy.models.policy import PolicyNotice, PolicyVersion, RecipientNews
from seconder.privacy.models.request import DataSubjectRequest
from seconder.privacy.models.retention import RetentionRun

__all__ = [
    "Agreement",
    "ChoiceCount",
    "Consent",
    "DataSubjectRequest",
    "Disclosure",
    "Entry",
    "Erasure",
    "Export",
    "ExportPart",
    "Incident",
    "Matter",
    "MatterLine",
    "Notice",
    "PolicyNotice",
    "PolicyVersion",
    "RecipientNews",
    "RetentionRun",
    "Stop",
]
