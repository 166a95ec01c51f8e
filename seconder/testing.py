"""The cast of the tests: Alice owns, Bob reviews, Dana builds, Charlie is an outsider; and a worker in-process."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django_scopes import scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.models import ApiKey, Membership, Organization, Person, Team, TeamMember
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

    def add(self, name: str, role: str, teams: Iterable[str] = ()) -> Person:
        """One more member of demo, or of elsewhere for Charlie."""
        home = self.organization_of(name)
        with scopes_disabled():
            person = Person.objects.create(email=f"{name}@example.com", name=name.capitalize())
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
        Application(), host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=2
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
