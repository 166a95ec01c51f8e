"""What stays in a browser, and whom it asks, on every page that can be reached: before any choice, after a no, after a
yes, under the signal, where the browser keeps nothing, and without scripts. Printed as a table (`-s`)."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, Request, Response

from seconder.core import embedded
from seconder.telemetry import flushing
from tests.browser.conftest import CHROMIUM, PATIENCE, Office, start_order
from tests.browser.test_choices import ALLOW, REFUSE, SIGNAL, STORED

pytestmark = pytest.mark.browser
PUBLIC = ["/sign-in/", "/sign-up/", "/privacy/", "/privacy/choices/"]
OWN = ["/demo/", "/account/", "/account/privacy/choices/"]
NEEDED = {"sessionid", "csrftoken", "familiar", "messages", "choices"}
# Signing out ends the walk; a download is no page.
AWAY = re.compile(r"sign-out|/receipt/|\.(json|yaml|txt|xml|svg)$|/evidence|/export|/api/")
PAGES = 400  # at most
# What draws, sounds or names the device would tell it from others: none of it is asked.
SURFACES = """(() => { window.__asked = [];
  const watch = (owner, name) => { const was = owner?.prototype?.[name];
    if (was) owner.prototype[name] = function (...given) { window.__asked.push(name);
      return was.apply(this, given); }; };
  for (const name of ['toDataURL', 'toBlob', 'getContext']) watch(HTMLCanvasElement, name);
  watch(CanvasRenderingContext2D, 'getImageData'); watch(CanvasRenderingContext2D, 'measureText');
  watch(WebGLRenderingContext, 'getParameter'); watch(OfflineAudioContext, 'startRendering');
  watch(Navigator, 'getBattery'); watch(MediaDevices, 'enumerateDevices');
  for (const [owner, name] of [[Navigator, 'connection'], [Navigator, 'plugins'], [Navigator, 'hardwareConcurrency'],
    [Navigator, 'deviceMemory'], [Navigator, 'userAgentData'], [Document, 'fonts']]) {
    const was = Object.getOwnPropertyDescriptor(owner.prototype, name);
    if (was?.get) Object.defineProperty(owner.prototype, name, { ...was, get() {
      window.__asked.push(name); return was.get.call(this); } });
  } })()"""
ASKS = """() => { document.createElement('canvas').getContext('2d'); navigator.hardwareConcurrency; document.fonts;
  return window.__asked; }"""
INJECTED = """() => new Promise(done => {
  document.addEventListener('securitypolicyviolation', event => done(event.blockedURI));
  document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/pixel.gif' })); })"""


@dataclass
class Seen:
    """Of one way of walking."""

    mode: str
    pages: int = 0
    cookies: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    hints: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    events: int = 0

    @property
    def row(self) -> str:
        shown = (self.cookies, self.stored, self.elsewhere, self.asked)
        words = [", ".join(sorted(names)) or "none" for names in shown]
        return " | ".join([self.mode, str(self.pages), *words, str(self.events)])


class Walk:
    """`keeps`: whether the browser keeps anything at all, so that there is storage to look into."""

    def __init__(
        self, context: BrowserContext, mode: str, *, scripts: bool = True, keeps: bool = True
    ) -> None:
        self.seen = Seen(mode)
        self.context, self.scripts, self.keeps = context, scripts, keeps
        self.page: Page = context.new_page()
        self.host = ""
        context.on("request", self._request)
        context.on("response", self._response)
        self.page.on("pageerror", lambda error: self.seen.faults.append(f"{self.page.url}: {error}"))

    def _request(self, asked: Request) -> None:
        there = urlsplit(asked.url)
        if there.scheme in ("http", "https") and self.host and there.netloc != self.host:
            self.seen.elsewhere.add(there.netloc)

    def _response(self, answer: Response) -> None:
        told = answer.headers
        self.seen.hints |= {name for name in ("accept-ch", "critical-ch") if name in told}
        if answer.status >= 500:
            self.seen.faults.append(f"{answer.url}: {answer.status}")

    def open(self, path: str) -> list[str]:
        """What it links to."""
        answer = self.page.goto(path)
        self.host = self.host or urlsplit(self.page.url).netloc
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return []
        self.seen.pages += 1
        self.seen.cookies |= {str(cookie.get("name")) for cookie in self.context.cookies()}
        if self.scripts:
            self._look_inside()
        links = self.page.locator("a[href]").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        return [urljoin(urlsplit(self.page.url).path, link) for link in links]

    def _look_inside(self) -> None:
        if self.keeps:
            kept: dict[str, Any] = self.page.evaluate(STORED)  # Any: as the script says
            self.seen.stored |= {f"{place}: {what}" for place, what in kept.items() if what}
        self.seen.asked |= set(self.page.evaluate("window.__asked ?? []"))

    def all_from(self, paths: list[str]) -> None:
        """Every page that links lead to; of those that differ only by an id or what is searched, two."""
        waiting, known, kinds = list(paths), set(paths), dict[str, int]()
        while waiting and self.seen.pages < PAGES:
            for link in self.open(waiting.pop(0)):
                path = urlsplit(link)._replace(fragment="").geturl()
                kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|=[^&]*", "*", path)
                is_ours = path.startswith("/") and not AWAY.search(path)
                if is_ours and path not in known and kinds.get(kind, 0) < 2:
                    known.add(path)
                    kinds[kind] = kinds.get(kind, 0) + 1
                    waiting.append(path)


@contextmanager
def walking(
    office: Office,
    mode: str,
    who: str,
    *,
    scripts: bool = True,
    signal: str = "",
    **options: Any,  # Any: of a context
) -> Iterator[Walk]:
    signed_in = office.context(who)
    options["storage_state"] = signed_in.storage_state()
    signed_in.close()
    context = office.browser.new_context(
        base_url=office.address, java_script_enabled=scripts, reduced_motion="reduce", **options
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(SURFACES + ";" + signal)
    yield Walk(context, mode, scripts=scripts)
    context.close()


@contextmanager
def keeping_nothing(office: Office) -> Iterator[Walk]:
    """A browser whose person blocked all cookies and storage."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "Default" / "Preferences"
        settings.parent.mkdir()
        blocked = {"default_content_setting_values": {"cookies": 2}}
        settings.write_text(json.dumps({"profile": blocked}))
        context = office.browser.browser_type.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=["--no-sandbox"], base_url=office.address
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(SURFACES)
        yield Walk(context, "cookies blocked", keeps=False)
        context.close()


def _say(walk: Walk, button: str) -> None:
    walk.page.goto("/account/privacy/choices/")
    walk.page.get_by_role("main").get_by_role("button", name=button).click()
    walk.page.wait_for_load_state()


def _events(office: Office) -> int:
    """Pairs of pages that the server counted one after the other, once it has written what it noted."""
    time.sleep(flushing.EVERY + 1)
    with psycopg.connect(embedded.url(office.outbox.parent)) as database:
        row = database.execute(
            "SELECT count(*) FROM telemetry_measurement WHERE measure LIKE '%ways'"
        ).fetchone()
    assert row
    return int(row[0])


def _checked(seen: Seen) -> None:
    """What holds in every mode."""
    assert seen.faults == []
    assert seen.elsewhere == set(), "asked somebody else"
    assert seen.stored == set()
    assert seen.asked == set(), "asked what tells one device from another"
    assert seen.hints == set()
    assert seen.pages > 2


@pytest.mark.invariant("B01", "B06", "B09")
@pytest.mark.clause("K-01", "A-05")
def test_before_any_choice_nothing_stays_but_what_is_needed(office: Office) -> None:
    with walking(office, "before any choice", "alice") as walk:
        for path in (*PUBLIC, *OWN):
            walk.open(path)
        assert walk.seen.cookies <= NEEDED
        _checked(walk.seen)
        blocked = walk.page.evaluate(INJECTED)
        watched = walk.page.evaluate(ASKS)
    assert blocked == "https://elsewhere.example/pixel.gif"
    assert watched == ["getContext", "hardwareConcurrency", "fonts"], "what watches is awake"


@pytest.mark.invariant("B07", "C08")
@pytest.mark.clause("K-05")
def test_where_the_browser_keeps_nothing_public_pages_and_choices_work(office: Office) -> None:
    with keeping_nothing(office) as walk:
        for path in PUBLIC:
            walk.open(path)
        walk.page.get_by_role("main").get_by_role("button", name=REFUSE).click()
        walk.page.wait_for_url("**/privacy/choices/")
        assert walk.page.get_by_role("heading", name="Your privacy choices").is_visible()
        assert walk.seen.cookies == set()
        _checked(walk.seen)


@pytest.mark.long
@pytest.mark.invariant("B01", "B03", "B06", "B07", "B09", "C01")
def test_every_page_in_every_mode(office: Office) -> None:
    start_order(office.context("dana").new_page())
    seen = []
    for mode in MODES:
        before = _events(office)
        with mode.browser(office) as walk:
            if mode.says:
                _say(walk, mode.says)
            walk.all_from([*PUBLIC, *mode.own])
            if mode.says == ALLOW:
                assert "visit" in walk.seen.cookies
            seen.append(walk.seen)
        walk.seen.events = _events(office) - before
    print("\n" + HEAD, *(each.row for each in seen), sep="\n")
    for each in seen:
        _checked(each)
        optional = each.cookies - NEEDED
        assert optional == ({"visit"} if each.mode == "after a yes" else set()), each.mode
        assert (each.events > 0) == (each.mode == "after a yes"), each.mode


HEAD = "mode | pages | cookies | storage | other origins | surfaces asked | paths that the server counted"


@dataclass
class Mode:
    browser: Callable[[Office], AbstractContextManager[Walk]]
    own: list[str]
    says: str = ""


MODES = [
    Mode(lambda office: walking(office, "before any choice", "alice"), OWN),
    Mode(lambda office: walking(office, "without scripts", "alice", scripts=False), OWN),
    Mode(lambda office: walking(office, "after a no", "bob"), OWN, REFUSE),
    Mode(lambda office: walking(office, "after a yes", "finance"), OWN, ALLOW),
    Mode(
        lambda office: walking(
            office, "under the signal", "alice", signal=SIGNAL, extra_http_headers={"Sec-GPC": "1"}
        ),
        OWN,
    ),
    Mode(keeping_nothing, []),
]
