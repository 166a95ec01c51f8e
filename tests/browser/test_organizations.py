"""People, invitations, teams, roles and settings in a browser: the journey of a colleague from the letter to the last
day, and what each of the pages must keep to."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AGENT, PASSWORD, PATIENCE, Office, Watched
from tests.browser.looking import look, sound

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)
# A path, and the links to follow from there.
PAGES = [
    "/demo/people/",
    "/demo/people/?text=nobody",
    "/demo/people/ > Dana",
    "/demo/people/ > Dana > Who can see this",
    "/demo/people/ > Dana > Remove Dana",
    "/demo/departure/",
    "/demo/invitations/",
    "/demo/invitations/new/",
    "/demo/invitations/lists/new/",
    "/demo/teams/ > finance",
    "/demo/teams/new/",
    "/demo/roles/",
    "/demo/roles/new/",
    "/demo/settings/",
    f"/demo/agents/{AGENT}/access/",
    "/account/organizations/",
    "/account/organizations/new/",
]


def _open(page: Page, path: str) -> None:
    start, *links = path.split(" > ")
    page.goto(start)
    for link in links:
        page.get_by_role("link", name=link, exact=True).first.click()
    page.wait_for_load_state("load")


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_it(watched: Watched, path: str) -> None:
    page = watched.page("alice")
    _open(page, path)
    look(page, path)


def _letter(office: Office, to: str) -> str:
    """The path of the link in the latest letter to this address."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        for mail in office.outbox.glob("letter-*.eml"):
            text = mail.read_text().replace("=\n", "")
            if f"To: {to}" in text and (found := re.search(r"(/invitations/[\w-]+/)", text)):
                return found[1]
        time.sleep(0.05)  # the worker's mail is a file: there is nothing to wait on
    raise TimeoutError(f"no letter to {to}")


def test_a_colleague_from_the_letter_to_the_last_day(watched: Watched) -> None:
    alice, eve = watched.page("alice"), watched.stranger()
    alice.goto("/demo/people/")
    alice.get_by_role("link", name="Invite people").click()
    alice.get_by_label("E-mail address").fill("eve.adams@example.org")
    alice.get_by_label("Role").select_option("reviewer")
    alice.get_by_label("Teams").fill("finance, night-shift")
    alice.get_by_label("Message").fill("Welcome to the night shift.")
    alice.get_by_role("button", name="Send the invitation").click()
    expect(alice.get_by_text("A letter is on its way to eve.adams@example.org")).to_be_visible()

    eve.goto(_letter(watched.office, "eve.adams@example.org"))
    expect(eve.get_by_role("heading", name="Alice invites you to Demo")).to_be_visible()
    expect(eve.get_by_text("Welcome to the night shift.")).to_be_visible()
    sound(eve, eve.url)
    eve.get_by_role("button", name="Make an account and join Demo").click()
    expect(eve.get_by_label("E-mail address")).to_have_value("eve.adams@example.org")
    expect(eve.get_by_label("E-mail address")).not_to_be_editable()
    expect(eve.get_by_label("Name (optional)")).to_have_value("Eve Adams")
    eve.get_by_label("Password").fill(PASSWORD)
    eve.get_by_label("Username").fill("night-owl")
    eve.get_by_label("I am 16 or older").check()
    eve.get_by_label("I have read the privacy notice").check()
    eve.get_by_role("button", name="Sign up").click()
    eve.get_by_role("button", name="Join Demo").click()
    expect(eve.get_by_text("Welcome to Demo.")).to_be_visible()

    alice.goto("/demo/people/?text=eve")
    alice.get_by_role("link", name="Eve Adams").click()
    expect(alice.get_by_text("finance, night-shift")).to_be_visible()
    alice.get_by_role("button", name="Suspend Eve Adams").click()
    asked = alice.get_by_role("dialog", name="Suspend Eve Adams?")
    asked.get_by_role("button", name="Suspend Eve Adams").click()
    expect(alice.get_by_text("what they had open here has ended")).to_be_visible()
    eve.goto("/demo/")
    expect(eve.get_by_role("heading", name="There is no such thing here")).to_be_visible()
    alice.get_by_role("button", name="Let Eve Adams in again").click()
    eve.goto("/demo/")
    expect(eve.get_by_role("link", name="Inbox")).to_be_visible()
    eve.goto("/demo/departure/")
    eve.get_by_role("button", name="Leave Demo").click()
    expect(eve.get_by_role("heading", name="You belong to no organization yet")).to_be_visible()
    watched.complaints.clear()  # Chromium tells of the 404 that is meant here


def test_a_list_is_taken_while_one_looks(watched: Watched) -> None:
    alice = watched.page("alice")
    alice.goto("/demo/invitations/lists/new/")
    lines = [f"p{number}@many.example,member" for number in range(120)]
    alice.get_by_label("Or paste the lines").fill("\n".join(["email,role", *lines, "no address,member"]))
    alice.get_by_role("button", name="Invite everybody on this list").click()
    expect(alice.get_by_text("120 invited")).to_be_visible()
    expect(alice.get_by_text("1 not invited")).to_be_visible()
    alice.get_by_role("link", name="Not invited").click()
    expect(alice.get_by_text("is not an e-mail address")).to_be_visible()
    sound(alice, alice.url)
    with alice.expect_download() as report:
        alice.get_by_role("link", name="Download the report").click()
    assert "no address,member,,,refused" in report.value.path().read_text()


def test_a_role_is_made_and_given_with_the_keyboard(watched: Watched) -> None:
    alice = watched.page("alice")
    alice.goto("/demo/roles/new/")
    alice.get_by_label("Short name").focus()
    alice.keyboard.type("auditor")
    alice.keyboard.press("Tab")
    alice.keyboard.type("Auditor")
    alice.get_by_label("Read the record of what happened").focus()
    alice.keyboard.press("Space")
    alice.keyboard.press("Enter")
    expect(alice.get_by_text("The role Auditor is made.")).to_be_visible()
    expect(alice.get_by_role("columnheader", name="Auditor")).to_be_visible()
    sound(alice, alice.url)


def test_the_switch_leads_to_another_organization(watched: Watched) -> None:
    alice = watched.page("alice", width=390)
    alice.goto("/account/organizations/new/")
    alice.get_by_label("Name").fill("Brightwater Ltd.")
    alice.get_by_role("button", name="Found this organization").click()
    alice.wait_for_url("**/brightwater-ltd/")
    alice.locator(".switch summary").click()
    sound(alice, alice.url)
    alice.get_by_role("link", name="Demo", exact=True).click()
    alice.wait_for_url("**/demo/")
