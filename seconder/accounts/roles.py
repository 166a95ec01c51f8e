"""What each role may do: the one table that is enforced, and that pages and documents show.

Verbs are `noun.verb`. Having the verb is the first half; the second is the thing's own rule (`can(actor, verb, thing)`)
and `visible_to`, which say of which things. An organization's own roles are made of the same verbs
(`models.role.Role`), less those that only an owner has.
"""

from __future__ import annotations

from collections.abc import Iterable

_READS = (
    "home.read notifications.read notifications.own hours.own agents.read runs.read reviews.read people.read "
    "keys.own"
)
_WORKS = f"{_READS} runs.start runs.control reviews.decide reviews.delegate"
_RUNS_IT = (
    "agents.build runs.read-all audit.read people.manage teams.manage roles.manage organization.manage "
    "keys.manage security.read incidents.manage agreements.read privacy.read privacy.manage"
)

# verb: what it lets one do
MEANS: dict[str, str] = {
    "home.read": "Open the organization's home page",
    "notifications.read": "Read what one was told",
    "notifications.own": "Choose by a key what one hears by mail",
    "hours.own": "Say by a key when one works",
    "agents.read": "See agents, their files and versions",
    "agents.build": "Publish agents",
    "runs.read": "See runs: those one asked for, and those of one's own agents",
    "runs.read-all": "See every run and every review, whoever asked",
    "runs.start": "Start runs of published agents, retry and fork them",
    "runs.control": "Cancel runs",
    "reviews.read": "See reviews that one is assigned, asked for or whose agent one owns",
    "reviews.decide": "Be assigned reviews, and decide those that one is assigned",
    "reviews.delegate": "Give places in reviews to colleagues: one's own, and all where one leads or owns the agent",
    "audit.read": "Read the record of what happened",
    "people.read": "See who is here, in which role and teams",
    "people.manage": "Invite, suspend and remove people, and give them roles",
    "teams.manage": "Make, change and delete teams",
    "roles.manage": "Make, change and delete the organization's own roles",
    "organization.manage": "Change the organization's name, logo and settings",
    "organization.own": "Make and unmake owners, and require a second factor of everybody",
    "keys.own": "Make and revoke keys of one's own",
    "keys.manage": "See and revoke everybody's keys, and make service keys",
    "security.read": "See security events",
    "incidents.manage": "Keep the register of incidents",
    "privacy.read": "See what the installation holds and where it goes",
    "privacy.manage": "Answer requests, holds and releases",
    "agreements.read": "Read the organization's agreements",
    "agreements.manage": "Sign and change the organization's agreements",
}
VERBS = frozenset(MEANS)
OWNERS_ONLY = frozenset({"organization.own", "agreements.manage"})
# A program never decides, and never gives itself or others what a person with a name has to answer for.
NEVER_FOR_SERVICES = OWNERS_ONLY | {
    "reviews.decide",
    "reviews.delegate",
    "roles.manage",
    "keys.own",
    "keys.manage",
    "notifications.own",
    "hours.own",
}

MATRIX: dict[str, frozenset[str]] = {
    "owner": VERBS,
    "admin": VERBS - OWNERS_ONLY,
    "builder": frozenset(f"{_WORKS} agents.build".split()),
    "reviewer": frozenset(f"{_READS} reviews.decide reviews.delegate".split()),
    "member": frozenset(_WORKS.split()),
    "viewer": frozenset(_READS.split()),
    "guest": frozenset({"home.read", "notifications.read", "notifications.own", "runs.read"}),
}
# What each is, in a line for whoever chooses one.
SAYS: dict[str, str] = {
    "owner": "everything, owners and agreements too",
    "admin": "everything but owners and agreements",
    "builder": "publishes agents, runs them, decides",
    "reviewer": "decides what they are asked; builds and starts nothing",
    "member": "runs published agents, decides what they are asked",
    "viewer": "looks, and changes nothing",
    "guest": "sees only what is shared with them",
}
ROLES = list(MATRIX)
CUSTOM = "custom"  # in a seat's column: the verbs are those of a role that the organization made
OTHERS = VERBS - OWNERS_ONLY  # what such a role may hold


def verbs_of(role: str, custom: Iterable[str] | None = None) -> frozenset[str]:
    """`custom`: the verbs of the organization's own role, where it is one. What is no verb any more counts no more."""
    return MATRIX[role] if custom is None else OTHERS.intersection(custom)


def roles_with(verb: str) -> list[str]:
    """The built-in roles that have the verb."""
    return [role for role, verbs in MATRIX.items() if verb in verbs]


def leads(role: str, custom: Iterable[str] | None = None) -> bool:
    """Whether it runs the organization: owners, admins, and whoever has their verb. Whom nobody else is named for
    comes to these."""
    return "organization.manage" in verbs_of(role, custom)
