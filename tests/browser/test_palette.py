"""Ctrl-K: anything is found and gone to with the keyboard alone; without scripts by a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AGENT, Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser


def opened(watched: Watched) -> Page:
    page = watched.page("dana")
    page.goto("/demo/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page.get_by_role("option", name="Inbox")).to_have_attribute("aria-selected", "true")
    return page


def test_what_is_typed_is_found_and_enter_goes_there(watched: Watched) -> None:
    page = opened(watched)
    page.keyboard.type("purchase order proc")
    expect(page.get_by_role("option", name="Purchase order processor").first).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.locator("#palette-note")).to_contain_text("found")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/demo/agents/{AGENT}/")


def test_enter_waits_for_the_answer_to_what_was_typed(watched: Watched) -> None:
    page = opened(watched)
    page.keyboard.type("noti")
    page.keyboard.press("Enter")
    page.wait_for_url("**/demo/notifications/")


def test_the_arrows_walk_round_and_say_where_they_are(watched: Watched) -> None:
    page = opened(watched)
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.nth(0)).to_have_attribute("aria-selected", "false")
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(field).to_be_focused()


def test_escape_leads_back_to_where_one_was(watched: Watched) -> None:
    page = watched.page("dana")
    page.goto("/demo/")
    link = page.get_by_role("link", name="Find")
    link.focus()
    link.press("Enter")
    expect(page.get_by_role("dialog", name="Find anything")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Find anything")).to_be_hidden()
    expect(link).to_be_focused()
    assert page.url.endswith("/demo/")


def test_the_list_of_shortcuts_names_it(watched: Watched) -> None:
    page = watched.page("dana")
    page.goto("/demo/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts").get_by_text("Find anything")).to_be_visible()


@pytest.mark.parametrize("text", ["", "order", "zzzz"])
def test_everybody_can_use_it(watched: Watched, text: str) -> None:
    page = opened(watched)
    page.keyboard.type(text)
    if text:
        expect(page.locator("#palette-note")).to_contain_text("found")
    look(page, text)


def test_without_scripts_a_page_finds_the_same(watched: Watched) -> None:
    page = watched.page("dana", scripts=False)
    page.goto("/demo/")
    page.get_by_role("link", name="Find").click()
    page.wait_for_url("**/demo/search/")
    page.get_by_label("What you look for").fill("purchase order proc")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Purchase order processor").first.click()
    page.wait_for_url(f"**/demo/agents/{AGENT}/")
