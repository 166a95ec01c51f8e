"""What every page's frame needs, as a context processor: `seconder.ui.context.frame`."""

from __future__ import annotations

from typing import TypedDict

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from seconder.ui import navigation


class Place(TypedDict):
    label: str
    url: str
    icon: str
    counter_url: str | None
    shortcut: str
    here: bool


class Frame(TypedDict):
    organization: object | None
    person_name: str
    home_url: str | None
    sign_out_url: str | None
    account_url: str | None
    organizations_url: str | None
    search_url: str | None
    notice_url: str | None
    homes: list[navigation.Home]
    places: list[Place]


def frame(request: HttpRequest) -> dict[str, SimpleLazyObject[Frame]]:
    """`{"frame": …}`, worked out only where a page uses it, so that an error page asks nothing of the database."""
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> Frame:
    """Outside an organization the list is empty and only the mark is shown."""
    organization = getattr(request, "organization", None)
    slug = getattr(organization, "slug", None)
    person = getattr(request, "person", None)
    doors = navigation.doors
    return {
        "organization": organization,
        "person_name": getattr(person, "name", ""),
        "home_url": reverse(doors.home, kwargs={"organization": slug}) if doors.home and slug else None,
        "sign_out_url": reverse(doors.sign_out) if doors.sign_out and person else None,
        "account_url": reverse(doors.account) if doors.account and person else None,
        "organizations_url": reverse(doors.organizations) if doors.organizations and person else None,
        "search_url": reverse(doors.search, kwargs={"organization": slug}) if doors.search and slug else None,
        "notice_url": _notice(person),
        "homes": doors.switch(request) if person else [],
        "places": places(request, slug) if slug else [],
    }


def _notice(person: object) -> str | None:
    """Where the reader is told of a change of the policy that they have not read yet."""
    is_open = getattr(person, "policy_notice", None) is not None
    return reverse(navigation.doors.notice) if navigation.doors.notice and is_open else None


def places(request: HttpRequest, slug: str) -> list[Place]:
    """Those of the rail that open to the reader."""
    offered = (_place(item, slug, request) for item in navigation.navigation)
    return [place for place in offered if place]


def _place(item: navigation.Item, slug: str, request: HttpRequest) -> Place | None:
    urls = [reverse(name, kwargs={"organization": slug}) for name in (item.url_name, *item.also)]
    url = next((url for url in urls if navigation.doors.opens(request, url)), None)
    if url is None:
        return None
    counter = item.counter_url_name
    return {
        "label": item.label,
        "url": url,
        "icon": item.icon,
        "counter_url": reverse(counter, kwargs={"organization": slug}) if counter else None,
        "shortcut": item.shortcut,
        "here": any(request.path.startswith(each) for each in urls),
    }
