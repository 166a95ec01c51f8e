"""Second factors in a browser: a passkey of Chromium's virtual authenticator, an app, a recovery code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from seconder.accounts.tests.app_codes import shown
from tests.browser.conftest import PASSWORD, PATIENCE, Watched

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)


def give_authenticator(page: Page) -> None:
    """A device that knows its person and says yes by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**device, **more}})


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")


def give_password(page: Page, name: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def add_passkey(page: Page) -> None:
    page.goto("/account/factors/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of this passkey").fill("Laptop")


def test_a_passkey_is_added_and_signs_in_alone(watched: Watched) -> None:
    page = watched.newcomer("eve")
    give_authenticator(page)
    add_passkey(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show my recovery codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert page.locator(".codes li").first.inner_text() in saved.value.path().read_text()
    page.goto("/account/factors/")
    expect(page.get_by_role("link", name="Rename Laptop")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    page.wait_for_url("**/account/")
    sign_out(page)
    page.go_back()
    expect(
        page.get_by_role("heading", name="Sign in")
    ).to_be_visible()  # the page before shows nothing any more
    page.get_by_label("E-mail address").focus()  # where the browser offers it
    page.wait_for_url("**/account/")


def test_a_passkey_is_the_second_step_and_the_last_one_is_kept(watched: Watched) -> None:
    page = watched.newcomer("mallory")
    give_authenticator(page)
    add_passkey(page)
    page.get_by_label("Also sign in with it alone").uncheck()
    page.get_by_role("button", name="Add this passkey").click()
    page.wait_for_url("**/codes/")
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    # The device keeps it for no question but one that names it.
    expect(page.get_by_text("Nothing was done: no passkey was chosen")).to_be_visible()
    give_password(page, "mallory")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account/")

    page.goto("/account/password/")
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_label("New password").fill("kettle-9")
    page.get_by_role("button", name="Change the password").click()
    page.goto("/account/factors/")
    page.get_by_role("link", name="Remove Laptop").click()
    expect(page.get_by_text("Choose a longer one first")).to_be_visible()


def test_an_app_and_a_recovery_code(watched: Watched) -> None:
    page = watched.newcomer("trent")
    page.goto("/account/factors/")
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator(".secret").inner_text()
    expect(page.get_by_alt_text("The key below")).to_have_js_property("complete", True)
    page.get_by_label("Authenticator code").fill(shown(secret))
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show my recovery codes").click()
    codes = page.locator(".codes li").all_inner_texts()

    sign_out(page)
    give_password(page, "trent")
    page.get_by_label("Code").fill(shown(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/")
    sign_out(page)
    give_password(page, "trent")
    page.get_by_label("Code").fill(codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/")
    page.goto("/account/factors/")
    expect(page.get_by_text("9 left")).to_be_visible()


def test_where_passkeys_cannot_be_the_page_says_so(watched: Watched) -> None:
    page = watched.stranger()
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/sign-in/")
    expect(page.get_by_text("This browser has no passkeys")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    page.goto(watched.office.address + "/sign-in/")
    expect(page.get_by_text(re.compile("127.0.0.1 is a number"))).to_be_visible()
    page.get_by_role("link", name="http://localhost").click()
    page.wait_for_url(watched.office.named + "/sign-in/")
