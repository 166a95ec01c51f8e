from __future__ import annotations

from django.conf import settings

from seconder import __version__
from seconder.core.json import JSON, Object
from seconder.core.registry import Registry, plain
from seconder.privacy.records.activities import Activity, activities

# Art. 30(1)(g): what is done for safety, in general words.
MEASURES = [
    "What people write is encrypted under a key per person; erasure destroys the key.",
    "Passwords are hashed with Argon2id; tokens and keys are kept as hashes.",
    "Everything that happens is recorded in a chain that can be verified.",
    "What is not declared does not run: columns, cookies, fields of the log, recipients.",
    "Each read of personal data is checked for its purpose.",
    "Sign-in with passkeys and second factors; roles with verbs; sessions that end.",
]


def records(declared: Registry) -> Object:
    """The records of this installation (Art. 30 GDPR)."""
    return {
        "installation": settings.BASE_URL,
        "version": __version__,
        "registry": declared.digest,
        "activities": [_activity(each) for each in activities(declared)],
        "measures": [*MEASURES],
    }


def _activity(each: Activity) -> Object:
    recipients: list[JSON] = []
    for one in each.recipients:
        said = plain(one)
        assert isinstance(said, dict)
        recipients.append({**said, "categories": [*each.received_by(one)]})
    return {
        "purpose": each.id,
        "words": each.purpose.words,
        "use": each.purpose.use,
        "legal_bases": dict(each.purpose.bases),
        "clauses": [*each.purpose.clauses],
        "needs_consent": each.purpose.needs_consent,
        "stoppable_by": [*each.purpose.stoppable_by],
        "data": [
            {
                "category": kind.category,
                "words": kind.words,
                "places": [*kind.places],
                "subjects": [*kind.subjects],
                "sources": [*kind.sources],
                "kept": [*kind.keeps],
                "erasure": [*kind.erasures],
            }
            for kind in each.kinds
        ],
        "recipients": recipients,
    }
