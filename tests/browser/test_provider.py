"""Signing up and in through an OpenID provider: a process of its own, and a browser that goes there and comes back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Office
from tests.browser.looking import look

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)
OSCAR = '{"sub": "oscar", "email": "oscar@example.net", "email_verified": true}'


@pytest.fixture
def acme(office: Office) -> Iterator[None]:
    """The provider, once it answers."""
    command = [
        sys.executable,
        "-m",
        "oidc_provider_mock",
        "--port",
        str(office.provider),
        "--user-claims",
        OSCAR,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE / 1000
        while not _answers(office.provider) and time.monotonic() < until:
            time.sleep(0.05)  # another's process: there is nothing to wait on
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration").is_success
    except httpx.TransportError:
        return False


def _go(page: Page, office: Office, start: str = "/sign-in/", button: str = "Go on with Acme") -> None:
    page.goto(office.address + start)
    page.get_by_role("button", name=button).click()
    page.get_by_role("button", name="oscar").first.click()


@pytest.mark.usefixtures("acme")
def test_somebody_comes_through_it_and_comes_back(office: Office) -> None:
    page = office.stranger().new_page()
    _go(page, office)
    page.wait_for_url("**/sign-up/with/")
    look(page, "signing up through a provider")
    page.get_by_label("Username").fill("the-grouch")
    page.get_by_label("I am 16 or older").check()
    page.get_by_label("I have read the privacy notice").check()
    page.get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill(office.code("oscar@example.net"))
    page.get_by_role("button", name="Confirm the address").click()
    page.wait_for_url("**/account/")
    page.get_by_role("button", name="Sign out").click()

    _go(page, office)
    page.wait_for_url("**/account/")
    page.goto(office.address + "/account/privacy/disclosures/")
    page.get_by_text("When and why, Where else you sign in from").click()
    expect(page.get_by_text("Signing in with Acme").first).to_be_visible()
    look(page, "where one's data went")
    page.goto(office.address + "/account/factors/")
    expect(page.get_by_role("button", name="Disconnect Acme")).to_be_visible()
    look(page, "a provider that is connected")
    page.get_by_role("button", name="Disconnect Acme").click()  # which asks for more than a word of Acme
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(office.code("oscar@example.net"))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Acme is disconnected")).to_be_visible()
    _go(page, office, "/account/factors/", "Connect Acme")
    expect(page.get_by_text("Acme is connected")).to_be_visible()
    page.context.close()


def test_a_provider_that_is_down_is_said_to_be(office: Office) -> None:
    page = office.stranger().new_page()
    page.goto(office.address + "/sign-in/")
    page.get_by_role("button", name="Go on with Acme").click()
    expect(page.get_by_text("Acme cannot be reached just now")).to_be_visible()
    look(page, "a provider that is down")
    page.context.close()
