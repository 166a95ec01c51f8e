"""What the page of the inbox shows, in as many queries however much waits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from seconder.accounts.actor import Actor, can
from seconder.verification import batching, inbox, pages
from seconder.verification.inbox import TABS, Parts, Tab
from seconder.verification.models import SecondLook
from seconder.verification.narrowing import Narrowing, NarrowingForm

DECIDERS = ("mine", "later", "history")  # tabs of those who may decide at all


def page(
    actor: Actor, asked: Mapping[str, str], here: str
) -> dict[str, Any]:  # Any: what the template names at its top
    """`asked` is the query of the address `here`."""
    slug = actor.organization.slug
    tab, narrowing = _tab(actor, asked), Narrowing.of(dict(asked))
    counted = {each.name: each.parts(actor) for each in offered(actor) if each.is_urgent or each is tab}
    parts = narrowing.narrowed(counted, actor)
    rows, following = inbox.page(parts[tab.name], tab, asked.get("after", "").replace("\x00", ""))
    return {
        "tabs": [_line(each, slug, tab, narrowing, parts) for each in offered(actor)],
        "tab": tab.name,
        "form": partial(
            NarrowingForm, actor, narrowing
        ),  # made where it is shown, which the list alone is not
        "is_narrowed": bool(narrowing.said),
        "all_url": _address(slug, tab.name),
        "reviews": pages.lines(
            rows, slug, may_pick=batching.is_fit if tab.name == "mine" else lambda _row: False
        ),
        "batch_url": reverse("verification:batch", args=[slug]) if tab.name == "mine" else None,
        "next_url": _address(slug, tab.name, **narrowing.said, after=following) if following else None,
        "fragment_url": here,
        "second_looks": SecondLook.objects.answerable_by(actor).count()
        if can(actor, "reviews.decide")
        else 0,
        "second_looks_url": reverse("verification:second-looks", args=[slug]),
        "allowances_url": reverse("verification:allowances", args=[slug]),
        "measures_url": reverse("verification:measures", args=[slug]) if actor.sees_all else None,
    }


def offered(actor: Actor) -> list[Tab]:
    """Those that this actor may find anything in."""
    decides = can(actor, "reviews.decide")
    return [tab for tab in TABS.values() if decides or tab.name not in DECIDERS]


def _tab(actor: Actor, asked: Mapping[str, str]) -> Tab:
    tabs = offered(actor)
    return next((tab for tab in tabs if tab.name == asked.get("tab")), tabs[0])


def _line(each: Tab, slug: str, now: Tab, narrowing: Narrowing, parts: dict[str, Parts]) -> dict[str, object]:
    return {
        "label": each.label,
        "url": _address(slug, each.name, **narrowing.said),
        "here": each is now,
        "count": (inbox.count(parts[each.name]) or "0") if each.is_urgent else None,
    }


def _address(slug: str, tab: str, **asked: str) -> str:
    said = {**({} if tab == "mine" else {"tab": tab}), **asked}
    here = reverse("verification:inbox", args=[slug])
    return f"{here}?{urlencode(said)}" if said else here
