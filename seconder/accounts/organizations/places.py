"""The pages beside each other about an organization's people and about its settings: the tabs that each of them shows,
as far as one may open them."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from seconder.accounts.actor import Actor, can


class Place(NamedTuple):
    label: str
    url_name: str
    verb: str


PEOPLE = [
    Place("People", "accounts:people", "people.read"),
    Place("Invitations", "accounts:invitations", "people.manage"),
    Place("Teams", "accounts:teams", "people.read"),
    Place("Roles", "accounts:roles", "people.read"),
]
# Pages of apps above are named, not imported.
SETTINGS = [
    Place("Organization", "accounts:settings", "organization.manage"),
    Place("Keys", "accounts:keys", "keys.own"),
    Place("Security", "accounts:security", "security.read"),
    Place("Mail", "notifications:organization-mail", "people.manage"),
    Place("Incidents", "privacy:incidents", "incidents.manage"),
    Place("Agreements", "privacy:agreements", "agreements.read"),
]


def tabs(actor: Actor, places: list[Place], path: str) -> list[dict[str, object]]:
    """For `{% tabs %}`; the longest address that the path begins with is the one that one is on."""
    open_ones = [place for place in places if can(actor, place.verb)]
    urls = {place: reverse(place.url_name, args=[actor.organization.slug]) for place in open_ones}
    here = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    return [{"label": place.label, "url": url, "here": url == here} for place, url in urls.items()]
