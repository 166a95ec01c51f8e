"""What each page must keep to: nothing that axe finds, no sideways scroll on a phone, few bytes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import AGENT, Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser
FIRST, AFTER = 60_000, 15_000  # bytes transferred
# (name, path, who); {run} and {review} are those of the fixture.
PAGES = [
    ("home", "/demo/", "finance"),
    ("home of a builder", "/demo/", "dana"),
    ("agents", "/demo/agents/", "dana"),
    ("agent", f"/demo/agents/{AGENT}/", "dana"),
    ("runs", "/demo/runs/", "dana"),
    ("run", "{run}", "dana"),
    ("inbox", "/demo/reviews/", "finance"),
    ("inbox of all", "/demo/reviews/?tab=all&risk=normal", "alice"),
    ("measures", "/demo/reviews/measures/", "alice"),
    ("answer several", "/demo/reviews/batch/?agent=purchase-order-processor&step=approval", "finance"),
    ("second looks", "/demo/reviews/second-looks/", "finance"),
    ("allowances", "/demo/reviews/allowances/", "finance"),
    ("card", "{review}", "finance"),
    ("card, editing", "{review}?edit", "finance"),
    ("card of the requester", "{review}", "dana"),
    ("notifications", "/demo/notifications/", "finance"),
    ("keys", "/demo/keys/", "alice"),
    ("a new key", "/demo/keys/new/", "alice"),
    ("holidays", "/demo/holidays/", "alice"),
    ("security", "/demo/security/", "alice"),
    ("data map", "/demo/privacy/data-map/", "alice"),
    ("incidents", "/demo/incidents/", "alice"),
    ("a new incident", "/demo/incidents/new/", "alice"),
    ("agreements", "/demo/agreements/", "alice"),
    ("a new agreement", "/demo/agreements/new/", "alice"),
    ("matters", "/demo/privacy/matters/", "alice"),
    ("a new matter", "/demo/privacy/matters/new/", "alice"),
    ("what happened to one's account", "/account/security-events/", "alice"),
    ("search", "/demo/search/?text=order", "dana"),
    ("sign in", "/sign-in/", "finance"),
]
NAMES = [name for name, _, _ in PAGES]


def _open(page: Page, path: str, card: tuple[str, str]) -> None:
    run, review = card
    page.goto(path.format(run=run, review=review))
    page.wait_for_load_state("load")


@pytest.mark.parametrize(("name", "path", "who"), PAGES, ids=NAMES)
def test_everybody_can_use_it_and_it_is_small(
    watched: Watched, card: tuple[str, str], name: str, path: str, who: str
) -> None:
    page = watched.page(who)
    bytes_of: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: bytes_of.append(event["encodedDataLength"]))
    _open(page, path, card)
    first = sum(bytes_of)
    bytes_of.clear()
    page.reload()
    page.wait_for_load_state("load")
    assert first <= FIRST
    assert sum(bytes_of) <= AFTER
    look(page, name)


def test_nothing_moves_while_it_loads(watched: Watched, card: tuple[str, str]) -> None:
    for who, path in (("finance", "/demo/"), ("finance", card[1]), ("dana", card[0])):
        page = watched.page(who)
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => window.moved += e.value))"
            ".observe({type: 'layout-shift', buffered: true});"
        )
        page.goto(path)
        page.locator("[aria-label=Places] .count").first.wait_for(state="attached")
        page.wait_for_load_state("load")
        assert page.evaluate("window.moved") <= 0.01, path
