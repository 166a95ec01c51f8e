"""The data map in a browser: each use in the picture leads to its record, by pointer and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser


def test_each_use_in_the_picture_leads_to_its_record(watched: Watched) -> None:
    page = watched.page("alice")
    page.goto("/demo/privacy/")
    page.get_by_role("link", name="Data map").first.click()
    expect(page.get_by_role("heading", name="Data map")).to_be_visible()
    picture = page.locator("svg.data-map")
    uses = picture.get_by_role("link")
    assert uses.count() == page.locator("section[id]").count()
    uses.filter(has_text="Protect accounts").click()
    expect(page).to_have_url(re.compile("#service.security$"))
    record = page.locator("[id='service.security']")
    expect(record).to_be_in_viewport()
    record.get_by_text("What is held for it").click()
    expect(record.get_by_text("accounts.session.person", exact=True)).to_be_visible()
    page.get_by_role("region", name="The data map as a picture").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{uses.first.get_attribute('href')}$"))
    with page.expect_download() as saved:
        page.get_by_role("link", name="DPV (JSON-LD)").click()
    assert saved.value.suggested_filename == "records-of-processing.jsonld"
    look(page, "data map")
