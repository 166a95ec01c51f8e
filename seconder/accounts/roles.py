"""What each role may do: the one table that is enforced, and that pages and documents show.

Verbs are `noun.verb`. Having the verb is the first half; the second is `visible_to`, which says of which
things one may know. Being assigned is what lets a person decide a review (`verification`).
"""

from __future__ import annotations

_READ = {"home.read", "agents.read", "runs.read", "reviews.read", "notifications.read"}
_WORK = _READ | {"runs.start", "runs.control", "reviews.decide"}
_ALL = _WORK | {"agents.build", "audit.read", "people.read", "runs.read-all", "keys.manage"}

MATRIX: dict[str, frozenset[str]] = {
    "owner": frozenset(_ALL),
    "admin": frozenset(_ALL),
    "builder": frozenset(_WORK | {"agents.build"}),
    "member": frozenset(_WORK),
    "reviewer": frozenset(_READ | {"reviews.decide"}),
    "viewer": frozenset(_READ),
    "guest": frozenset({"home.read", "runs.read", "notifications.read"}),
}
VERBS = frozenset(_ALL)
# Verbs that a service key never has: decisions belong to people with names.
NEVER_FOR_SERVICES = frozenset({"reviews.decide"})
