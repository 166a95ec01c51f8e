"""The cast of the tests: Alice owns, Bob reviews, Dana builds, Charlie is an outsider; and a worker in-process."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.enrolling import enrol
from seconder.accounts.freshness import FRESH, RECORDS
from seconder.accounts.identity import letters
from seconder.accounts.models import (
    ApiKey,
    Letter,
    Membership,
    Organization,
    Person,
    SignInLink,
    Team,
    TeamMember,
)
from seconder.events.by import Channel

FINANCE = "finance"


@dataclass
class Cast:
    """`demo` and `elsewhere` are organizations; people are named by what stands before the @ of their address."""

    demo: Organization
    elsewhere: Organization
    people: dict[str, Person]
    _keys: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        """`cast.alice` is the person alice@example.com."""
        try:
            return self.__dict__["people"][name]  # type: ignore[no-any-return]  # what the field says
        except KeyError:
            raise AttributeError(name) from None

    def organization_of(self, name: str) -> Organization:
        return self.elsewhere if name == "charlie" else self.demo

    def actor(self, name: str, channel: Channel = "api") -> Actor:
        found = Actor.of_person(self.people[name], self.organization_of(name), channel)
        assert found, f"{name} is no active member"
        return found

    def key(self, name: str, *, is_service: bool = False, scopes: list[str] | None = None) -> str:
        """The person's API key; one of each kind is made and kept."""
        kind = f"{name} {is_service} {scopes}"
        if kind not in self._keys:
            person, home = self.people[name], self.organization_of(name)
            _, self._keys[kind] = ApiKey.create(person, home, scopes=scopes, is_service=is_service)
        return self._keys[kind]

    def bearer(self, name: str) -> dict[str, str]:
        """The header of a call in this person's name."""
        return {"Authorization": f"Bearer {self.key(name)}"}

    def add_to_many(self, person: Person, count: int) -> None:
        """The person as a member of so many more organizations."""
        with scopes_disabled():
            for number in range(count):
                home = Organization.objects.create(slug=f"more-{number}", name=f"More {number}")
                Membership.objects.create(organization=home, person=person, role="member")

    def add(self, name: str, role: str, teams: Iterable[str] = ()) -> Person:
        """One more member of demo, or of elsewhere for Charlie."""
        home = self.organization_of(name)
        with scopes_disabled():
            person = enrol(f"{name}@example.com", name.capitalize())
            seat = Membership.objects.create(organization=home, person=person, role=role)
            for team in teams:
                row, _ = Team.objects.get_or_create(organization=home, name=team)
                TeamMember.objects.create(team=row, membership=seat)
        self.people[name] = person
        return person


def make_cast() -> Cast:
    """The demo organization as `bin/up` seeds it, and Charlie elsewhere."""
    demo = Organization.objects.create(slug="demo", name="Demo")
    cast = Cast(demo, Organization.objects.create(slug="elsewhere", name="Elsewhere"), {})
    cast.add("alice", "owner", ["legal"])
    cast.add("bob", "reviewer", [FINANCE])
    cast.add("dana", "builder")
    cast.add("finance", "reviewer", [FINANCE])
    cast.add("cfo", "reviewer", ["legal"])
    cast.add("charlie", "owner")
    return cast


def enter(client: Client, person: Person) -> Client:
    """The client, signed in as this person."""
    client.post(f"/sign-in/{SignInLink.create(person)}/")
    return client


def let_proof_age(client: Client, seconds: float = FRESH + 1) -> None:
    """As if so much time had passed since whatever the client's person proved."""
    session = client.session
    session[RECORDS] = [{**record, "at": record["at"] - seconds} for record in session[RECORDS]]
    session.save()


def deliver(to: str = "") -> list[str]:
    """Sends the letters that were put aside about accounts; the text of each that went to this address (to anybody),
    oldest first, under its subject."""
    waiting = [letter.pk for letter in Letter.objects.order_by("id")]
    for letter in waiting:
        letters.send(letter)
    outbox = Path(urlsplit(settings.EMAIL_URL).path)
    mails = [
        message_from_bytes((outbox / f"letter-{pk}.eml").read_bytes(), policy=policy.default)
        for pk in waiting
    ]
    return [
        f"{mail['Subject']}\n\n{mail.get_content()}".replace("\r\n", "\n")
        for mail in mails
        if to in mail["To"]
    ]


def code_for(address: str) -> str:
    """The six digits in the latest letter to this address."""
    return str(re.findall(r"^\d{6}$", deliver(address)[-1], re.MULTILINE)[-1])


def drain() -> None:
    """Does everything that is due until nothing is: runs, timers, and sealing the record. The work is done on
    connections of its own, so the test needs `django_db(transaction=True)`."""
    from seconder.events.sealing import seal
    from seconder.runs import lane
    from seconder.verification.timers import fire_timers

    asyncio.run(lane.drain())
    fire_timers()
    asyncio.run(lane.drain())
    seal()


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The web process on a free port, in a thread of this process and on its database; yields the address."""
    import uvicorn

    from seconder.asgi import Application

    config = uvicorn.Config(
        Application(),
        host="127.0.0.1",
        port=0,
        log_config=None,
        forwarded_allow_ips=settings.TRUSTED_PROXIES,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="web")
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive(), "the web process did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
