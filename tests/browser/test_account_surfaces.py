"""The pages of one's own account keep to what every page keeps to, before and after a second step is set up."""

from __future__ import annotations

import pytest

from seconder.accounts.tests.app_codes import shown
from tests.browser.conftest import Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser
PAGES = [
    "/account/",
    "/account/email/",
    "/account/devices/",
    "/account/notifications/",
    "/account/hours/",
    "/account/factors/",
    "/account/factors/app/",
    "/account/factors/passkeys/new/",
    "/account/password/",
    "/account/privacy/",
    "/account/privacy/export/",
    "/account/privacy/deletion/",
    "/account/privacy/requests/",
    "/privacy/requests/",
    "/account/confirm/password/",
    "/account/confirm/code/",
]


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
