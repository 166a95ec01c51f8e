"""A whole installation in processes of its own, as `seconder up` starts it, and people who look at it with Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    StorageState,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
EXAMPLES = ROOT / "examples"
AGENT = "purchase-order-processor"
PATIENCE = 20_000  # milliseconds
PASSWORD = "a river runs past my window"


class Office:
    """The running installation; `links` signs each person in once, and the session is kept from then on."""

    def __init__(
        self, address: str, links: dict[str, str], browser: Browser, outbox: Path, provider: int
    ) -> None:
        self.address, self.links, self.browser, self.outbox = address, links, browser, outbox
        self.provider = provider  # the port at which an identity provider is expected
        self.named = address.replace("127.0.0.1", "localhost")  # passkeys need a name
        self._sessions: dict[str, StorageState] = {}

    def context(
        self, who: str, *, width: int = 1280, dark: bool = False, scripts: bool = True
    ) -> BrowserContext:
        if who not in self._sessions:
            self._sessions[who] = self._sign_in(who)
        context = self.browser.new_context(
            base_url=self.address,
            storage_state=self._sessions[who],
            viewport={"width": width, "height": 844 if width < 500 else 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE)
        return context

    def stranger(self, zone: str = "UTC") -> BrowserContext:
        """Nobody's browser, at the address with a name."""
        context = self.browser.new_context(base_url=self.named, reduced_motion="reduce", timezone_id=zone)
        context.set_default_timeout(PATIENCE)
        return context

    def code(self, to: str) -> str:
        """The six digits in the latest mail to this address that no earlier call answered."""
        until = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < until:
            for mail in sorted(self.outbox.glob("letter-*.eml")):
                text = mail.read_text()
                if f"To: {to}" in text and (found := re.findall(r"^(\d{6})\s*$", text, re.MULTILINE)):
                    mail.unlink()
                    return str(found[0])
            time.sleep(0.05)  # the worker's mail is a file: there is nothing to wait on
        raise TimeoutError(f"no mail to {to}")

    def _sign_in(self, who: str) -> StorageState:
        context = self.browser.new_context()
        page = context.new_page()
        page.goto(self.links[who])
        page.get_by_role("button", name="Sign in as").click()
        page.wait_for_url("**/demo/")
        state = context.storage_state()
        context.close()
        return state


class Watched:
    """Pages of one test, and what their consoles complained about: scripts, policy, missing files."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def page(self, who: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Page:
        return self._watch(self.office.context(who, width=width, dark=dark, scripts=scripts))

    def stranger(self, zone: str = "UTC") -> Page:
        return self._watch(self.office.stranger(zone))

    def _watch(self, context: BrowserContext) -> Page:
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", self._error)
        return page

    def newcomer(self, name: str, zone: str = "UTC") -> Page:
        """Somebody who just signed up, on the page of their own account."""
        page, address = self.stranger(zone), f"{name}@example.org"
        page.goto("/sign-up/")
        page.get_by_label("E-mail address").fill(address)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Username").fill(f"{name}-goes")
        page.get_by_label("I am 16 or older").check()
        page.get_by_label("I have read the privacy notice").check()
        page.get_by_role("button", name="Sign up").click()
        page.get_by_label("Code").fill(self.office.code(address))
        page.get_by_role("button", name="Confirm the address").click()
        page.wait_for_url("**/account/")
        return page

    def _console(self, said: ConsoleMessage) -> None:
        # A request that newer typing took the place of is told as an error, and is none.
        if said.type in ("error", "warning") and "AbortError" not in said.text:
            self.complaints.append(said.text)

    def _error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def office() -> Iterator[Office]:
    # Not pytest's own folder: that is closed to the database's user again by any other session that begins.
    folder = Path(tempfile.mkdtemp(prefix="seconder-browser-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SECONDER_")}
    provider = free_port()
    acme = {
        "id": "acme",
        "name": "Acme",
        "issuer": f"http://127.0.0.1:{provider}",
        "client_id": "us",
        "secret": "x",
    }
    environ = {**kept, "SECONDER_DATA_DIR": str(folder), "SECONDER_LOG_FORMAT": "json"}
    environ["SECONDER_IDENTITY_PROVIDERS"] = json.dumps([acme])
    environ["SECONDER_OPERATOR"] = "demo"
    command = [sys.executable, "-m", "seconder", "up", "--port", "0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout
            said = ""
            for line in process.stdout:
                said += line
                if "Ctrl-C" in line:
                    break
            address = re.search(r"Seconder is at (\S+)", said)
            assert address, (folder / "log").read_text()
            links = dict(re.findall(r"(\w+)@example\.com\s+(http\S+)", said))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                yield Office(address[1], links, browser, folder / "outbox", provider)
                browser.close()
        finally:
            process.terminate()
            process.wait(30)
            shutil.rmtree(folder)


@pytest.fixture
def watched(office: Office) -> Iterator[Watched]:
    pages = Watched(office)
    yield pages
    pages.close()
    assert pages.complaints == []


def start_order(page: Page) -> str:
    """Runs the example on its mail; answers the path of the run, once that waits for finance."""
    page.goto(f"/demo/agents/{AGENT}/")
    page.get_by_label("Or give a file").set_input_files(EXAMPLES / "purchase-order.eml")
    page.get_by_role("button", name="Run Purchase order processor").click()
    page.wait_for_url("**/runs/*/")
    page.locator(".standing").get_by_text("Waiting").wait_for()
    return page.url


@pytest.fixture(scope="package")
def card(office: Office) -> tuple[str, str]:
    """The paths of a run that waits, and of its review, to look at."""
    dana = office.context("dana").new_page()
    run = start_order(dana)
    review = dana.get_by_role("link", name="May we order this?").first.get_attribute("href")
    dana.context.close()
    assert review
    return run.removeprefix(office.address), review
