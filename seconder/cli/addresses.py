"""Every address that there is, with the methods that it takes and the verb that its door asks for: read off the code
that enforces it. `docs/reference/permissions.md` prints it, and a test walks it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from seconder.core.doors import OPEN

API = "/api/v1"
View = Callable[..., Any]  # Any: a view of Django's or an operation of the API


@dataclass(frozen=True)
class Address:
    """`door`: a verb, or `doors.OPEN` or `doors.SELF` · `rule`: the verb that the rule behind the door asks for, of the
    thing that it finds; "" where it asks for no other. `methods` None: any. `of_installation`: opens in the operator's
    organization alone."""

    route: str
    methods: tuple[str, ...] | None
    door: str
    rule: str = ""
    of_installation: bool = False

    @property
    def is_api(self) -> bool:
        return self.route.startswith(API)

    @property
    def verbs(self) -> tuple[str, ...]:
        return (self.door, self.rule) if self.rule else (self.door,)


def addresses() -> list[Address]:
    """Pages in the order of the site map, then the API."""
    from seconder import api as roof

    api = roof.api

    pages = [
        Address(f"/{route}".replace("/^", "/"), methods_of(view), *_door(view))
        for route, view in _pages(get_resolver(), api.urls_namespace)
    ]
    calls = [
        Address(f"{API}{path}", tuple(sorted(operation.methods)), *_door(operation.view_func))
        for router in api._get_bound_routers()
        for path, view in router.path_operations.items()
        for operation in view.operations
    ]
    return [*pages, *calls, Address(f"{API}/openapi.json", ("GET", "HEAD"), OPEN)]


def _pages(resolver: URLResolver, besides: str | None, before: str = "") -> Iterator[tuple[str, View]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.callback
        elif each.namespace != besides:
            yield from _pages(each, besides, route)


def _door(view: View) -> tuple[str, str, bool]:
    return getattr(view, "door", ""), getattr(view, "rule", ""), getattr(view, "of_installation", False)


def methods_of(view: View) -> tuple[str, ...] | None:
    """What `require_http_methods` and its kin let through, and what a class of views has methods for."""
    taken: set[str] | None = None
    inner: Any = view  # Any: whatever a decorator wraps
    while inner is not None:
        for some in _allowed_by(inner):
            taken = some if taken is None else taken & some
        inner = getattr(inner, "__wrapped__", None)
    return None if taken is None else tuple(sorted(taken))


def _allowed_by(view: Any) -> Iterator[set[str]]:  # Any: as above
    if inspect.isfunction(view):
        listed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if listed:
            yield set(listed)
    if of_class := getattr(view, "view_class", None):
        has = {name.upper() for name in of_class.http_method_names if hasattr(of_class, name)}
        yield has | ({"HEAD"} if "GET" in has else set())
