"""The question about the one optional cookie, and the pages of choices: with scripts, without, and under the signal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import PATIENCE, Office, Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)
NEEDED = {"csrftoken", "sessionid"}
REFUSE, ALLOW = "Refuse this cookie", "Allow this cookie"
LOOKS_ALIKE = """button => { const of = getComputedStyle(button), box = button.getBoundingClientRect();
  return [box.width, box.height, of.color, of.backgroundColor, of.borderTopColor, of.borderTopWidth, of.fontSize,
    of.fontWeight, of.opacity]; }"""
ON_TOP = """button => { const box = button.getBoundingClientRect();
  return button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"""
STORED = """async () => ({ local: Object.keys(localStorage), session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map(each => each.name), caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length })"""
NOTHING = {"local": [], "session": [], "databases": [], "caches": [], "workers": 0}
SIGNAL = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"


@pytest.fixture
def browsers(office: Office) -> Iterator[Any]:  # Any: a function with the options of a context
    made: list[BrowserContext] = []

    def new(script: str = "", **options: Any) -> Page:  # Any: as above
        context = office.browser.new_context(base_url=office.named, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        if script:
            context.add_init_script(script)
        made.append(context)
        return context.new_page()

    yield new
    for context in made:
        context.close()


def _ask(page: Page) -> Locator:
    return page.get_by_role("region", name="Your privacy choices")


def _names(page: Page) -> set[str]:
    return {str(cookie.get("name")) for cookie in page.context.cookies()}


@pytest.mark.invariant("B01", "B02")
@pytest.mark.clause("K-04")
def test_refusing_is_as_easy_as_allowing(browsers: Any) -> None:
    page = browsers(viewport={"width": 390, "height": 844})
    page.goto("/sign-in/")
    look(page, "the question")
    refuse, allow = (_ask(page).get_by_role("button", name=name) for name in (REFUSE, ALLOW))
    assert refuse.evaluate(LOOKS_ALIKE) == allow.evaluate(LOOKS_ALIKE)
    page.get_by_label("E-mail address").fill("half@example.org")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        enter = page.get_by_role("button", name="Sign in", exact=True)
        enter.scroll_into_view_if_needed()
        assert enter.evaluate(ON_TOP), "it covers what one came for"
    assert _names(page) <= NEEDED
    refuse.focus()
    page.keyboard.press("Enter")
    expect(_ask(page)).to_have_count(0)
    expect(page.get_by_text("Your choice is kept")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("half@example.org")
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(_ask(page)).to_have_count(0)
    assert _names(page) - NEEDED == {"choices"}
    assert page.evaluate(STORED) == NOTHING


@pytest.mark.invariant("B02", "C08")
def test_closing_refuses_and_all_works_without_scripts(browsers: Any) -> None:
    page = browsers(java_script_enabled=False)
    page.goto("/sign-up/?next=/account/")
    _ask(page).get_by_role("button", name="Close, which refuses").click()
    expect(_ask(page)).to_have_count(0)
    assert page.url.endswith("/sign-up/?next=/account/")
    page.get_by_role("link", name="Your privacy choices").click()
    expect(page.get_by_text("You said no")).to_be_visible()
    page.get_by_role("button", name=ALLOW).click()
    expect(page.get_by_text("You said yes")).to_be_visible()
    page.goto("/sign-in/")
    assert "visit" in _names(page)
    page.goto("/privacy/choices/")
    page.get_by_role("button", name=REFUSE).click()
    expect(page.get_by_text("You said no")).to_be_visible()
    assert "visit" not in _names(page)


@pytest.mark.invariant("C01", "C03", "C07")
@pytest.mark.clause("T-09")
def test_the_signal_is_honoured_and_said(browsers: Any) -> None:
    page = browsers(SIGNAL, extra_http_headers={"Sec-GPC": "1"})
    page.goto("/sign-in/")
    expect(page.get_by_text("It is honoured")).to_be_visible()
    expect(_ask(page)).to_have_count(0)
    page.goto("/privacy/choices/")
    look(page, "choices under the signal")
    page.get_by_role("button", name=ALLOW).click()
    expect(page.get_by_role("heading", name="Your signal says no, and you said yes")).to_be_visible()
    look(page, "the conflict")
    page.get_by_role("button", name="Keep to my signal").click()
    expect(page.get_by_text("or the signal did for you")).to_be_visible()
    only_scripts = browsers(SIGNAL)
    only_scripts.goto("/sign-in/")
    expect(only_scripts.get_by_text("It is honoured")).to_be_visible()
    expect(_ask(only_scripts)).to_have_count(0)
    only_scripts.goto("/sign-up/")
    expect(only_scripts.get_by_text("It is honoured")).to_be_visible()


@pytest.mark.clause("K-05")
def test_an_account_sees_every_answer_it_gave(watched: Watched) -> None:
    page = watched.page("cfo")
    page.goto("/account/privacy/choices/")
    expect(page.get_by_text("None yet.")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name=REFUSE).click()
    expect(page.get_by_role("link", name="Receipt")).to_have_count(1)
    look(page, "choices of an account")
    with page.expect_download() as receipt:
        page.get_by_role("link", name="Receipt").click()
    assert "signature" in receipt.value.path().read_text()
