"""What becomes of one's data, as a stranger finds it: from the foot of any page, with a pointer."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser


@pytest.mark.clause("G-19", "P-01")
@pytest.mark.invariant("A05")
def test_a_stranger_finds_and_reads_it(watched: Watched) -> None:
    page = watched.stranger()
    page.goto("/sign-in/")
    page.get_by_label("About your data").get_by_role("link", name="Privacy policy").click()
    page.wait_for_url("**/privacy/")
    look(page, "policy")
    page.get_by_role("link", name="How long it is kept").click()
    assert page.get_by_role("heading", name="How long it is kept").is_visible()
    page.get_by_role("link", name="All versions", exact=True).click()
    page.wait_for_url("**/privacy/versions/")
    look(page, "versions")
    page.get_by_role("link", name=re.compile("^Version 1")).click()
    page.wait_for_url("**/privacy/versions/1/")
    page.get_by_label("About your data").get_by_role("link", name="Cookies").click()
    page.wait_for_url("**/privacy/cookies/")
    look(page, "cookies")
    page.get_by_label("About your data").get_by_role("link", name="Who gets data").click()
    page.wait_for_url("**/privacy/recipients/")
    page.get_by_label("E-mail address").fill("eve@customer.example")
    page.get_by_role("button", name="Send me a mail to confirm").click()
    page.get_by_text("A mail is on its way").wait_for()
    look(page, "recipients")


def test_whoever_runs_it_sees_what_is_published(watched: Watched) -> None:
    page = watched.page("alice")
    page.goto("/demo/")
    page.get_by_label("Places").get_by_role("link", name="Privacy").click()
    page.get_by_label("Privacy", exact=True).get_by_role("link", name="Policy").click()
    page.wait_for_url("**/demo/privacy/versions/")
    assert page.get_by_text("what is published is what runs here").is_visible()
    look(page, "versions of the operator")
    for name in ("Recipients", "Notices"):
        page.get_by_label("Privacy", exact=True).get_by_role("link", name=name).click()
        page.get_by_role("heading", level=1, name=name).wait_for()
        look(page, name)
