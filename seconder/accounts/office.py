"""The pages by which an organization is looked after: the tabs that each of them shows, as far as one may open them."""

from __future__ import annotations

from django.urls import reverse

from seconder.accounts.actor import Actor, can

# label, URL name, the verb of its door; pages of apps above are named, not imported
_PAGES = [
    ("Security", "accounts:security", "security.read"),
]


def office_pages(actor: Actor, path: str) -> list[dict[str, object]]:
    """For `{% tabs %}`; the address that the path begins with is the one that one is on."""
    slug = actor.organization.slug
    places = [(label, reverse(name, args=[slug])) for label, name, verb in _PAGES if can(actor, verb)]
    return [{"label": label, "url": url, "here": path.startswith(url)} for label, url in places]
