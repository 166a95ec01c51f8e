"""Everything that proves who somebody is goes through its real door once, on an installation of its own; afterwards
neither database, nor data folder, nor log holds any of it, nor a network address, nor a browser's own description."""

from __future__ import annotations

import base64
import ipaddress
import json
import queue
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from seconder.accounts.tests import oidc_peer
from seconder.accounts.tests.app_codes import shown
from seconder.accounts.tests.oidc_peer import Peer
from seconder.accounts.tests.soft_key import SoftKey, question
from seconder.accounts.tests.test_new_device import Postbox
from seconder.cli.tests.installation import ROOT, environ_of
from seconder.core.clock import now
from tests.sweep import Canaries, dump, files

PATIENCE = 20  # seconds
EVE = "eve.canary@example.org"
FRANK = "frank.canary@example.org"
OSCAR = "oscar.canary@example.org"
PASSWORD, OTHER = "a canary sings past my window", "nine green canaries on a wall"
OLD_PLACE, NEW_PLACE = "203.0.113.77", "2001:db8:7:8:9:a:b:c"
_LIKE = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.86 Safari/537.36"
DESK = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_LIKE} Desk/7f3a91"
PHONE = f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {_LIKE} Phone/7f3a92"
CLIENT_SECRET, PROFILE = "a canary that the provider knows", "oscar of the canaries"
INCIDENT, AGREEMENT = "a parrot among the canaries escaped", "we keep your canaries and nothing else"


class Inbox(Postbox):
    """Everybody's mail, as it comes in over SMTP."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived = queue.Queue[EmailMessage]()

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        said = await super().handle_DATA(server, session, envelope)
        self._arrived.put(self.mails[-1])
        return said

    def next(self, to: str, subject: str) -> str:
        """The text of the next mail to this address whose subject has these words; those before it are passed over."""
        while True:
            mail = self._arrived.get(timeout=PATIENCE)
            if mail["To"] == to and subject in str(mail["Subject"]):
                return str(mail.get_content())

    def code(self, to: str, subject: str) -> str:
        (found,) = re.findall(r"^(\d{6})\s*$", self.next(to, subject), re.MULTILINE)
        return str(found)


class Site:
    """An installation in processes of its own, behind a proxy that it trusts, with mail by SMTP and a provider."""

    def __init__(self, inbox: Inbox, peer: Peer) -> None:
        # Not pytest's own folder: that is closed to the database's user again by any other session that begins.
        self.folder = Path(tempfile.mkdtemp(prefix="seconder-canary-"))
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.inbox, self.peer, self.canaries = inbox, peer, Canaries()
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        self._mail = Controller(inbox, hostname="127.0.0.1", port=port)
        self._mail.start()
        environ = environ_of(self.data) | {
            "SECONDER_EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "SECONDER_TRUSTED_PROXIES": "127.0.0.1",
            "SECONDER_IDENTITY_PROVIDERS": json.dumps([asdict(peer.provider(secret=CLIENT_SECRET))]),
            "SECONDER_LOG_FORMAT": "json",
        }
        command = [sys.executable, "-P", "-m", "seconder", "up", "--port", "0"]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout
        said = ""
        for line in self._process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"Seconder is at (\S+)", said)
        assert found, self.log.read_text()
        self.address = found[1].replace("127.0.0.1", "localhost")  # passkeys need a name
        self.links = dict(re.findall(r"(\w+)@example\.com\s+http://[^/]+(\S+)", said))

    def visitor(self, agent: str, place: str) -> Visitor:
        return Visitor(self, agent, place)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)

    def close(self) -> None:
        if self._process.poll() is None:
            self.stop()
        self._mail.stop()
        shutil.rmtree(self.folder)


class Visitor:
    """A browser somewhere. Whatever cookie lets it in is looked for afterwards."""

    def __init__(self, site: Site, agent: str, place: str) -> None:
        self._canaries = site.canaries
        self._client = httpx.Client(
            base_url=site.address,
            headers={"User-Agent": agent, "X-Forwarded-For": place},
            timeout=PATIENCE,
            event_hooks={"response": [self._note]},
        )
        self.get("/sign-in/")

    def _note(self, response: httpx.Response) -> None:
        for name, value in response.cookies.items():
            if name in ("sessionid", "familiar", "csrftoken") and value:
                self._canaries.add(f"cookie {name}", value)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._client.get(path, headers=headers)

    def post(self, path: str, status: int = 302, /, **typed: object) -> httpx.Response:
        """Must be answered with this status."""
        token = self._client.cookies["csrftoken"]
        answer = self._client.post(path, data={**typed, "csrfmiddlewaretoken": token})
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{answer.text}"
        return answer


@pytest.fixture
def site() -> Iterator[Site]:
    with oidc_peer.running() as peer:
        made = Site(Inbox(), peer)
        yield made
        made.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.invariant("E07")
def test_nothing_that_lets_anybody_in_is_kept_in_clear(site: Site) -> None:
    canaries = site.canaries
    canaries.add("network address", OLD_PLACE, NEW_PLACE, str(ipaddress.ip_address(NEW_PLACE)))
    canaries.add(
        "description of a browser", DESK, PHONE, "6778.86", "AppleWebKit", "Desk/7f3a91", "Phone/7f3a92"
    )
    canaries.add("password", PASSWORD, OTHER)
    canaries.add("text of an incident or agreement", INCIDENT, AGREEMENT)
    eve = _sign_up(site)
    secret, codes = _add_app(site, eve)
    key = _add_passkey(site, eve)
    _sign_in_elsewhere(site, secret, codes, key)
    _forget_the_password(site, codes)
    _come_through_a_provider(site)
    alice = _work_in_the_organization(site)
    _join(site, alice)
    _fail(site)

    dumped, log = dump(site.data), site.log.read_bytes()
    site.stop()
    places = {"the dump": dumped, "the log": site.log.read_bytes()}
    places |= {str(path.relative_to(site.data)): content for path, content in files(site.data)}
    found = {place: kinds for place, content in places.items() if (kinds := canaries.found_in(content))}
    print(
        f"{len(canaries.kept)} values of {len(canaries.kinds())} kinds, looked for in a dump of {len(dumped)} bytes,"
        f" {len(log)} bytes of log and {len(places) - 2} files of {sum(map(len, places.values()))} bytes:"
        f" {', '.join(sorted(canaries.kinds()))}"
    )
    assert found == {}
    _was_really_there(dumped, log, places)


def _sign_up(site: Site) -> Visitor:
    eve = site.visitor(DESK, OLD_PLACE)
    typed = {"username": "evergreen", "name": "Eve", "is_old_enough": "true", "accepts_policy": "true"}
    eve.post("/sign-up/", email=EVE, password1=PASSWORD, **typed)
    code = site.inbox.code(EVE, "")
    site.canaries.add("code by mail", code)
    eve.post("/sign-up/confirm/", code=code)
    return eve


def _add_app(site: Site, eve: Visitor) -> tuple[str, list[str]]:
    """The secret, and the recovery codes."""
    (secret,) = re.findall(r'<code class="secret">(\w+)</code>', eve.get("/account/factors/app/").text)
    first = shown(secret)
    eve.post("/account/factors/app/", code=first)
    codes = re.findall(r"<code>(\d{8})</code>", eve.post("/account/factors/codes/", 200).text)
    assert len(codes) == 10
    site.canaries.add("TOTP secret", secret, base64.b32decode(secret).hex())
    site.canaries.add("code of an app", first)
    site.canaries.add("recovery code", *codes)
    return secret, codes


def _add_passkey(site: Site, eve: Visitor) -> SoftKey:
    key = SoftKey(origin=site.address)
    there = "/account/factors/passkeys/new/"
    # What this one answered is kept with it, as its public half is; it opens nothing any more.
    credential = key.make(question(eve.get(there).text))
    eve.post(there, name="Blue key", credential=credential, passwordless="true")
    return key


def _sign_in_elsewhere(site: Site, secret: str, codes: list[str], key: SoftKey) -> None:
    phone = site.visitor(PHONE, NEW_PLACE)
    phone.post("/sign-in/", login=EVE, password=PASSWORD)
    phone.post("/sign-in/factor/", code=codes[0])
    told = site.inbox.next(EVE, "A new device")
    assert site.canaries.found_in(told.encode()) == set()
    phone.post("/sign-out/")

    phone.post("/sign-in/code/", email=EVE)
    text = site.inbox.next(EVE, "")
    (code,), (link,) = (
        re.findall(r"^(\d{6})\s*$", text, re.MULTILINE),
        re.findall(r"http://\S+(/sign-in/\S+/)", text),
    )
    site.canaries.add("code by mail", code)
    site.canaries.add("sign-in link", urlsplit(link).path.split("/")[2])
    phone.post("/sign-in/code/confirm/", code=code)
    later = shown(secret, 1)
    site.canaries.add("code of an app", later)
    phone.post("/sign-in/factor/", code=later)
    phone.post("/sign-out/")
    phone.post(link)
    phone.post("/sign-out/")
    phone.post(link, 410)

    asked = phone.get("/sign-in/passkey/", Accept="application/json").json()["request_options"]["publicKey"]
    site.canaries.add("challenge to a passkey", asked["challenge"])
    phone.post("/sign-in/passkey/", credential=key.show(asked))
    assert phone.get("/account/").status_code == 200


def _forget_the_password(site: Site, codes: list[str]) -> None:
    desk = site.visitor(DESK, OLD_PLACE)
    desk.post("/sign-in/forgotten/", email=EVE)
    code = site.inbox.code(EVE, "")
    site.canaries.add("code by mail", code)
    there = desk.post("/sign-in/forgotten/confirm/", code=code).headers["Location"]
    desk.post(there, password1=OTHER)
    desk.post("/sign-in/", login=EVE, password=OTHER)
    desk.post("/sign-in/factor/", code=codes[1])


def _come_through_a_provider(site: Site) -> None:
    """To sign up, and once more to sign in."""
    site.canaries.add("secret of a client", CLIENT_SECRET)
    site.canaries.add("profile at a provider", PROFILE)
    site.peer.knows("oscar-there", email=OSCAR, email_verified=True, name=PROFILE)
    oscar = site.visitor(PHONE, NEW_PLACE)
    assert _through(site, oscar) == "/sign-up/with/"
    typed = {"username": "oscar-goes", "name": "Oscar", "is_old_enough": "true", "accepts_policy": "true"}
    oscar.post("/sign-up/with/", **typed)
    code = site.inbox.code(OSCAR, "")
    site.canaries.add("code by mail", code)
    oscar.post("/sign-up/confirm/", code=code)
    assert _through(site, site.visitor(DESK, OLD_PLACE)) == "/account/"
    site.canaries.add("token of a provider", *site.peer.tokens)
    assert len(site.peer.tokens) == 4


def _through(site: Site, oscar: Visitor) -> str:
    """Goes there and comes back; where to."""
    there = oidc_peer.leaving(oscar.post("/sign-in/with/acme/", 200).text)
    back = urlsplit(httpx.post(there, data={"sub": "oscar-there"}).headers["Location"])
    asked = site.peer.asked
    site.canaries.add("what goes to a provider", asked["state"], asked["nonce"], asked["code_challenge"])
    site.canaries.add("what comes from a provider", dict(parse_qsl(back.query))["code"])
    entered = oscar.get(f"{back.path}?{back.query}")
    assert entered.status_code == 302, entered.text
    return str(entered.headers["Location"])


def _work_in_the_organization(site: Site) -> Visitor:
    """A key, used and found; an incident; an agreement."""
    alice = site.visitor(DESK, NEW_PLACE)
    site.canaries.add("sign-in link", site.links["alice"].split("/")[2])
    alice.post(site.links["alice"])
    made = alice.post("/demo/keys/new/", 201, name="Nightly", kind="personal", extent="all", days="30").text
    (key,) = re.findall(r"sec_[A-Za-z0-9]{49}", made)[:1]
    site.canaries.add("API key", key)
    bearer = {"Authorization": f"Bearer {key}"}
    assert alice.get("/api/v1/agents", **bearer).status_code == 200
    assert httpx.post(f"{site.address}/api/v1/keys/exposures", json={"key": key}).status_code == 202
    assert alice.get("/api/v1/agents", **bearer).status_code == 401
    incident = {"aware_at": f"{now():%Y-%m-%dT00:00}", "role": "controller", "risk": "unknown"}
    alice.post("/demo/incidents/new/", 303, title=INCIDENT, description=INCIDENT, **incident)
    today = now().date().isoformat()
    alice.post(
        "/demo/agreements/new/",
        303,
        standing="customer",
        version="2026-11",
        text=AGREEMENT,
        region="eea",
        purposes=["service.runs"],
        notice_days="30",
        signed_by="Jane Doe, Acme GmbH",
        signed_on=today,
        effective_from=today,
    )
    return alice


def _join(site: Site, alice: Visitor) -> None:
    typed = {"email": FRANK, "role": "reviewer", "teams": "", "message": ""}
    alice.post("/demo/invitations/new/", 303, **typed)
    (link,) = re.findall(r"http://\S+(/invitations/\S+/)", site.inbox.next(FRANK, ""))
    site.canaries.add("invitation", link.split("/")[2])
    frank = site.visitor(PHONE, OLD_PLACE)
    there = frank.post(link, 303).headers["Location"]
    typed = {"username": "frankly", "name": "Frank", "is_old_enough": "true", "accepts_policy": "true"}
    frank.post(there, password1=PASSWORD, email=FRANK, **typed)
    frank.post(link, 303)
    assert frank.get("/demo/reviews/").status_code == 200
    assert site.visitor(PHONE, NEW_PLACE).get(link).status_code == 410


def _fail(site: Site) -> None:
    """What is refused is what logs like to tell."""
    stranger = site.visitor(DESK, NEW_PLACE)
    stranger.post("/sign-in/", 422, login=EVE, password="canaries do not know it")
    site.canaries.add("wrong password", "canaries do not know it")
    wrong = "sec_" + "Canary7" * 7
    site.canaries.add("API key", wrong)
    assert stranger.get("/api/v1/agents", Authorization=f"Bearer {wrong}").status_code == 401
    assert stranger.get("/sign-in/never-one-of-ours-canary-7f3a/").status_code in (200, 410)
    assert stranger.get("/", Host="canary.example").status_code == 400


def _was_really_there(dumped: bytes, log: bytes, places: dict[str, bytes]) -> None:
    """The sweep finds what is kept in clear on purpose, wherever it is kept; so it would have found the rest."""
    for kept in (EVE, FRANK, "evergreen", "203.0.113.0/24", "2001:db8:7::/48", "Chrome 131"):
        control = Canaries()
        control.add("control", kept)
        assert control.found_in(dumped), kept
    control = Canaries()
    control.add("control", EVE)
    assert any(
        control.found_in(content) for place, content in places.items() if place.startswith("postgres/")
    )
    for said in (b"Gone: /sign-in/\xe2\x80\xa6/", b"Gone: /invitations/\xe2\x80\xa6/"):
        assert said.decode().encode("unicode_escape") in log or said in log, log.decode()
