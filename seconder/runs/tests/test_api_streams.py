"""Following a run: every event once, in order, resumed exactly, closed when it ends or when one may not any more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from seconder.accounts.models import ApiKey, Membership, Role, Session, SignInLink
from seconder.accounts.organizations.changing import require_second_factor
from seconder.accounts.own_roles import changing as own_roles
from seconder.accounts.people import changing, leaving
from seconder.accounts.tests.app_codes import add_app
from seconder.events.models import Event
from seconder.events.sealing import seal
from seconder.runs import streams
from seconder.runs.models import Run
from seconder.runs.tests.orders import order, published
from seconder.testing import Cast, drain, enter, serving

P = ParamSpec("P")
Answer = TypeVar("Answer")
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Told:
    id: str
    event: str
    data: dict[str, object]


async def aside(work: Callable[P, Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
    """Runs it in a thread, which keeps no connection afterwards."""

    def done() -> Answer:
        try:
            return work(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(done)


async def read(response: httpx.Response) -> AsyncIterator[Told]:
    """What a reader of server-sent events makes of the lines."""
    told: dict[str, str] = {}
    async for line in response.aiter_lines():
        if not line and "data" in told:
            yield Told(told.get("id", ""), told["event"], json.loads(told["data"]))
        if not line:
            told = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            told[name] = value


@pytest.fixture
def web() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def run(cast: Cast) -> Run:
    return start(cast)


def start(cast: Cast, total: float = 10_001) -> Run:
    agent = published(cast)
    with scope(organization=cast.demo.pk):
        return Run.start(agent, cast.actor("dana"), order(total))  # type: ignore[arg-type]  # JSON


def names(told: list[Told]) -> list[str]:
    return [each.event for each in told]


async def test_a_stream_tells_all_and_ends_with_the_run(web: str, cast: Cast, run: Run) -> None:
    headers = await aside(cast.bearer, "dana")
    async with (
        httpx.AsyncClient(base_url=web, headers=headers) as client,
        client.stream("GET", f"/api/v1/runs/{run.pk}/events") as response,
    ):
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        working = asyncio.create_task(aside(_through, cast))
        told = [each async for each in read(response)]
        await working
    assert told[-1] == Told("", "end", {"status": "succeeded"})
    assert names(told)[0] == "run.queued"
    assert names(told)[-2] == "run.succeeded"
    assert {"run.waiting", "review.opened", "review.decided", "effect.done"} <= set(names(told))
    places = [int(each.id) for each in told[:-1]]
    assert places == sorted(set(places))
    assert told[0].data["subject"] == {"kind": "run", "id": str(run.pk)}
    assert told[0].data["by"] == {"kind": "person", "id": str(cast.dana.pk)}
    assert set(told[0].data) == {"id", "name", "at", "subject", "by", "facts"}


def _through(cast: Cast) -> None:
    """Works until it waits, approves, and works to the end, as a worker and Bob would."""
    from seconder.verification.models import Review

    drain()
    with scopes_disabled():
        review = Review.objects.get()
    with scope(organization=cast.demo.pk):
        review.decide(cast.actor("bob"), "approve", digest=review.digest)
    drain()


def _status() -> str:
    with scopes_disabled():
        return Run.objects.get().status


def _revoke() -> None:
    with scopes_disabled():
        ApiKey.objects.get().revoke()


async def test_it_resumes_exactly_where_it_ended(web: str, cast: Cast, run: Run) -> None:
    headers = await aside(cast.bearer, "dana")
    await aside(_through, cast)
    path = f"/api/v1/runs/{run.pk}/events"
    async with httpx.AsyncClient(base_url=web, headers=headers) as client:
        whole = [each async for each in read(await client.get(path))]
        for cut in range(len(whole) - 1):
            after = {"Last-Event-ID": whole[cut].id}
            rest = [each async for each in read(await client.get(path, headers=after))]
            assert rest == whole[cut + 1 :]
        by_query = [each async for each in read(await client.get(f"{path}?after={whole[1].id}"))]
        assert by_query == whole[2:]
        beyond = [each async for each in read(await client.get(path, headers={"Last-Event-ID": "9" * 15}))]
        assert names(beyond) == ["end"]


async def test_leaving_never_stops_the_run(web: str, cast: Cast, run: Run) -> None:
    headers = await aside(cast.bearer, "dana")
    async with (
        httpx.AsyncClient(base_url=web, headers=headers) as client,
        client.stream("GET", f"/api/v1/runs/{run.pk}/events") as response,
    ):
        assert response.status_code == 200
    await aside(_through, cast)
    assert await aside(_status) == "succeeded"


async def test_who_may_not_see_the_run_gets_no_stream(web: str, cast: Cast, run: Run) -> None:
    async with httpx.AsyncClient(base_url=web) as client:
        path = f"/api/v1/runs/{run.pk}/events"
        refused = await client.get(path)
        assert (refused.status_code, refused.headers["Content-Type"]) == (401, "application/problem+json")
        for name in ("charlie", "bob", "finance"):
            headers = await aside(cast.bearer, name)
            assert (await client.get(path, headers=headers)).status_code == 404
        headers = await aside(cast.bearer, "dana")
        assert (await client.get("/api/v1/runs/x/events", headers=headers)).status_code == 404
        assert (await client.get(f"{path}?after=x", headers=headers)).status_code == 422
        assert (await client.get(path, headers={**headers, "Host": "evil.example"})).status_code == 400
        assert (await client.post(path, headers=headers)).status_code == 405


async def test_a_browser_follows_with_its_session(web: str, cast: Cast, run: Run) -> None:
    def sign_in(name: str) -> dict[str, str]:
        browser = Client()
        browser.post(f"/sign-in/{SignInLink.create(cast.people[name])}/")
        return {"sessionid": browser.cookies["sessionid"].value}

    await aside(_through, cast)
    path = f"{web}/api/v1/runs/{run.pk}/events"
    for name, status in [("dana", 200), ("alice", 200), ("charlie", 404), ("bob", 404)]:
        async with httpx.AsyncClient(cookies=await aside(sign_in, name)) as client:
            assert (await client.get(path)).status_code == status, name


async def test_a_revoked_key_ends_the_stream(web: str, cast: Cast, run: Run) -> None:
    headers = await aside(cast.bearer, "dana")
    await _ends_at_once(httpx.AsyncClient(base_url=web, headers=headers), run, _revoke)


async def test_an_ended_session_ends_the_stream(web: str, cast: Cast, run: Run) -> None:
    browser = await aside(enter, Client(), cast.dana)
    cookies = {"sessionid": browser.cookies["sessionid"].value}
    client = httpx.AsyncClient(base_url=web, cookies=cookies)
    await _ends_at_once(client, run, lambda: Session.objects.filter(person=cast.dana).end())
    async with httpx.AsyncClient(base_url=web, cookies=cookies) as later:
        assert (await later.get(f"/api/v1/runs/{run.pk}/events")).status_code == 401


@pytest.mark.parametrize(
    "way", ["suspended", "removed", "another role", "a role that changes", "a factor asked for"]
)
async def test_what_a_member_has_open_ends_with_what_they_may(
    web: str, cast: Cast, run: Run, way: str
) -> None:
    headers = await aside(cast.bearer, "dana")
    await _ends_at_once(httpx.AsyncClient(base_url=web, headers=headers), run, lambda: _take_away(cast, way))


def _take_away(cast: Cast, way: str) -> None:
    alice = cast.actor("alice")
    with scope(organization=cast.demo.pk):
        role = Role.objects.create(organization=cast.demo, name="any", title="Any", verbs=["runs.read"])
        seats = Membership.objects.select_related("person", "custom_role")
        dana = seats.get(person=cast.dana)
        if way == "suspended":
            changing.suspend(alice, dana)
        elif way == "removed":
            leaving.remove(alice, dana, seats.get(person=cast.alice))
        elif way == "another role":
            own_roles.change(alice, role, "Any", ["home.read"])
            changing.change_role(alice, dana, "any")
        elif way == "a role that changes":
            changing.change_role(alice, dana, "any")
            own_roles.change(alice, role, "Any", ["home.read"])
        else:
            add_app(enter(Client(), cast.alice))
            require_second_factor(alice, required=True)


async def _ends_at_once(client: httpx.AsyncClient, run: Run, take_away: Callable[[], object]) -> None:
    """Well before the next heartbeat, and without a word of what happened since."""
    async with client, client.stream("GET", f"/api/v1/runs/{run.pk}/events") as response:
        lines = response.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        await aside(take_away)
        rest = [line async for line in _within(lines, streams.HEARTBEAT / 2)]
    assert not [line for line in rest if line.startswith("event:")]


async def _within(lines: AsyncIterator[str], seconds: float) -> AsyncIterator[str]:
    async with asyncio.timeout(seconds):
        async for line in lines:
            yield line


async def test_one_query_tells_all_streams(web: str, cast: Cast) -> None:
    runs = [await aside(start, cast) for _ in range(6)]
    headers = await aside(cast.bearer, "dana")
    async with httpx.AsyncClient(
        base_url=web, headers=headers, limits=httpx.Limits(max_connections=20)
    ) as client:
        opened = [client.stream("GET", f"/api/v1/runs/{run.pk}/events") for run in runs]
        readers = [read(await stream.__aenter__()) for stream in opened]
        await aside(seal)
        told = await asyncio.wait_for(asyncio.gather(*(anext(reader) for reader in readers)), 10)
        assert {each.data["subject"]["id"] for each in told} == {str(run.pk) for run in runs}  # type: ignore[index]  # an object
        for stream in opened:
            await stream.__aexit__(None, None, None)


@pytest.mark.django_db(transaction=True)
def test_the_events_of_many_runs_come_in_one_query(cast: Cast) -> None:
    runs = [start(cast) for _ in range(3)]
    seal()
    with CaptureQueriesContext(connection) as queries:
        events = streams._new({run.pk: 0 for run in runs})
    assert len(queries) == 1
    assert [event.run_id for event in events] == [run.pk for run in runs]
    assert [event.seq for event in events] == sorted(event.seq or 0 for event in events)
    last = max(event.seq or 0 for event in events)
    assert streams._new({run.pk: last for run in runs}) == []


def test_over_plain_django_it_says_what_happened_until_now(client: Client, cast: Cast, run: Run) -> None:
    seal()
    answered = client.get(f"/api/v1/runs/{run.pk}/events", headers=cast.bearer("dana"))
    with scopes_disabled():
        assert answered.content.count(b"event: ") == Event.objects.filter(run_id=run.pk).count()
    assert client.get(f"/api/v1/runs/{run.pk}/events", headers=cast.bearer("bob")).status_code == 404


async def test_a_fault_breaks_the_streams_off_and_the_next_one_works(
    web: str, cast: Cast, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    await aside(_through, cast)
    headers = await aside(cast.bearer, "dana")
    path = f"/api/v1/runs/{run.pk}/events"
    async with httpx.AsyncClient(base_url=web, headers=headers) as client:
        with monkeypatch.context() as broken:
            broken.setattr(streams, "_NEW", "SELECT 1")  # what no reader of rows expects
            assert [each async for each in read(await client.get(path))] == []
        assert names([each async for each in read(await client.get(path))])[-1] == "end"
