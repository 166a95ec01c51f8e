"""The pages about oneself, outside any organization: the tabs that each of them shows."""

from __future__ import annotations

from django.urls import reverse

_PAGES = [
    ("Profile", "accounts:profile"),
    ("Signing in", "mfa_index"),
    ("Devices", "accounts:devices"),
    ("What happened", "accounts:own-security"),
    ("Privacy", "privacy:centre"),
    ("Organizations", "accounts:organizations"),
    ("Notifications", "notifications:preferences"),
    ("When I work", "accounts:own-hours"),
    ("Out of office", "verification:absences"),
]


def own_pages(path: str) -> list[dict[str, object]]:
    """For `{% tabs %}`; the longest address that the path begins with is the one that one is on."""
    if path.startswith("/account/password/"):
        path = reverse("mfa_index")  # which leads there
    places = [(label, reverse(name)) for label, name in _PAGES]
    here = max((url for _, url in places if path.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "here": url == here} for label, url in places]
