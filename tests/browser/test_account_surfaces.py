"""The pages of one's own account keep to what every page keeps to: axe, a phone's width, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # says nothing of types
from playwright.sync_api import Page

from seconder.accounts.tests.app_codes import shown
from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
PAGES = [
    "/account/",
    "/account/email/",
    "/account/devices/",
    "/account/factors/",
    "/account/factors/app/",
    "/account/factors/passkeys/new/",
    "/account/password/",
    "/account/confirm/password/",
    "/account/confirm/code/",
]


def look(page: Page, where: str) -> None:
    """At the page as it is, on a desk and on a phone, by day and by night."""
    for width, scheme in ((1280, "light"), (1280, "dark"), (390, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = Axe().run(page).response["violations"]
        faults = [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]
        assert not faults, f"{where}, {width} px, {scheme}: {faults}"
        scrolls = page.evaluate("document.documentElement.scrollWidth")
        assert scrolls <= width, f"{where} scrolls sideways at {width} px"


def test_everybody_can_use_them(watched: Watched) -> None:
    page = watched.newcomer("peggy")
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("load")
        look(page, path)
    page.goto("/account/factors/app/")
    page.get_by_label("Authenticator code").fill(shown(page.locator(".secret").inner_text()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/codes/")
    look(page, "recovery codes")
    page.get_by_role("button", name="Show my recovery codes").click()
    page.locator(".codes").wait_for()
    look(page, "recovery codes, shown")
    page.goto("/account/factors/app/removal/")
    look(page, "removing the app")
