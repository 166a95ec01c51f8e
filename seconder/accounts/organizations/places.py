"""The pages beside each other about an organization's people and about its settings: the tabs that each of them shows,
as far as one may open them."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.accounts.organizations.operator import runs_it


class Place(NamedTuple):
    """`of_installation`: as its door says · `what`: what one finds there, where a page lists the places."""

    label: str
    url_name: str
    verb: str
    of_installation: bool = False
    what: str = ""


PEOPLE = [
    Place("People", "accounts:people", "people.read"),
    Place("Invitations", "accounts:invitations", "people.manage"),
    Place("Teams", "accounts:teams", "people.read"),
    Place("Roles", "accounts:roles", "people.read"),
]
# Pages of apps above are named, not imported.
SETTINGS = [
    Place("Organization", "accounts:settings", "organization.manage"),
    Place("Holidays", "accounts:holidays", "organization.manage"),
    Place("Keys", "accounts:keys", "keys.own"),
    Place("Security", "accounts:security", "security.read"),
    Place("Mail", "notifications:organization-mail", "people.manage"),
    Place("Incidents", "privacy:incidents", "incidents.manage"),
    Place("Agreements", "privacy:agreements", "agreements.read"),
]
PRIVACY = [
    Place("Privacy", "privacy:home", "privacy.read"),
    Place(
        "Data map", "privacy:data-map", "privacy.read", True, "What is held, what for, and who receives it"
    ),
    Place(
        "Usage", "telemetry:usage", "privacy.read", True, "What of the product is used, how much and how fast"
    ),
    Place("Errors", "telemetry:errors", "privacy.read", True, "What went wrong, and where in the program"),
    Place(
        "Releases", "telemetry:releases", "privacy.read", True, "Which numbers about people were let through"
    ),
    Place(
        "Requests",
        "privacy:requests",
        "privacy.manage",
        what="What people ask about their own data, and by when.",
    ),
    Place(
        "Matters", "privacy:matters", "privacy.manage", True, "What others are handed by hand, and who agreed"
    ),
    Place(
        "Retention",
        "privacy:retention",
        "privacy.read",
        of_installation=True,
        what="What is deleted by itself, when, and whether it is.",
    ),
    Place(
        "Policy",
        "privacy:versions",
        "privacy.read",
        True,
        "What the policy says, and what is not published yet",
    ),
    Place(
        "Recipients",
        "privacy:operator-recipients",
        "privacy.read",
        True,
        "Who may get data, and stopping one at once",
    ),
    Place(
        "Notices",
        "privacy:texts",
        "privacy.read",
        True,
        "Words for phone numbers, applicants and first contact with agents",
    ),
]


def tabs(actor: Actor, places: list[Place], path: str) -> list[dict[str, object]]:
    """For `{% tabs %}`; the longest address that the path begins with is the one that one is on."""
    urls = {
        place: reverse(place.url_name, args=[actor.organization.slug]) for place in open_to(actor, places)
    }
    here = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    return [{"label": place.label, "url": url, "here": url == here} for place, url in urls.items()]


def open_to(actor: Actor, places: list[Place]) -> list[Place]:
    """Those that open to the actor, where they are."""
    may = [place for place in places if can(actor, place.verb)]
    is_operator = any(place.of_installation for place in may) and runs_it(actor.organization)
    return [place for place in may if is_operator or not place.of_installation]
