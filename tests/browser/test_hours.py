"""When people work, said with a pointer: one's week and days off, and the organization's holidays."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser


def test_one_says_when_one_works(watched: Watched) -> None:
    page = watched.page("bob")
    page.goto("/account/")
    page.get_by_role("link", name="When I work").click()
    page.get_by_label("Friday").fill("9-12")
    page.get_by_role("button", name="Keep my hours").click()
    expect(page.get_by_label("Friday")).to_have_value("9:00-12:00")
    page.get_by_label("First day").fill("2031-12-24")
    page.get_by_label("Last day").fill("2031-12-26")
    page.get_by_role("button", name="Keep as days off").click()
    expect(page.get_by_text("Wednesday, 24 December 2031")).to_be_visible()
    page.get_by_role("button", name="I work on this day").first.click()
    expect(page.get_by_text("Wednesday, 24 December 2031")).to_be_hidden()
    look(page, "when I work")
    page.get_by_role("button", name="Use the usual hours").click()
    expect(page.get_by_label("Friday")).to_have_value("9:00-17:00")


def test_the_organization_names_its_holidays(watched: Watched) -> None:
    page = watched.page("alice")
    page.goto("/demo/settings/")
    page.get_by_role("link", name="Holidays").click()
    event = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20311225\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\n"
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{event}END:VCALENDAR\r\n".encode()
    given: FilePayload = {"name": "days.ics", "mimeType": "text/calendar", "buffer": file}
    page.locator("input[type=file]").set_input_files([given])
    page.get_by_role("button", name="Add the days of this file").click()
    expect(page.get_by_text("Thursday, 25 December 2031")).to_be_visible()
    look(page, "holidays")
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("None is named yet.")).to_be_visible()
