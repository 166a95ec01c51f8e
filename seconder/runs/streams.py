"""Event streams: what happens in a run, told as it is sealed, to any number of browsers and programs.

Mounted beside Django in `asgi.py`, so that no synchronous middleware holds a thread for as long as a stream is
open. One LISTEN connection per process; each wake-up costs one query, however many streams are open. A stream
never touches the run: closing it changes nothing, and `Last-Event-ID` goes on exactly where it ended.
"""

from __future__ import annotations

import asyncio
import io
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, connection

from seconder.accounts.changed import ACCESS
from seconder.core.problems import BadRequest, Broken, problem
from seconder.core.refusals import Refusal
from seconder.engine.listener import listen
from seconder.events.models import Event
from seconder.events.sealing import SEALED
from seconder.runs import event_text
from seconder.runs.models import TERMINAL
from seconder.runs.stream_admission import Admitted, admit

log = structlog.get_logger()
Message = MutableMapping[str, Any]  # Any: ASGI's own type of messages
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = TypeVar("Answer")

HEARTBEAT = 15.0  # seconds between signs of life, and between two looks at whether the reader still may
AT_ONCE = 1000  # events read in one query
BACKLOG = 100  # batches that a slow reader may lag behind before the stream is closed on it
THREADS = 2
AWAY = (OperationalError, InterfaceError)  # the database does not answer just now
ENDS = frozenset(f"run.{status}" for status in TERMINAL)
_NEW = """
SELECT e.* FROM events_event e
JOIN unnest(%s::uuid[], %s::bigint[]) AS reader(run_id, after) ON e.run_id = reader.run_id AND e.seq > reader.after
ORDER BY e.seq LIMIT %s
"""


class Stream:
    """One open stream: the place up to which it was given events, and those not sent yet. None: it ends."""

    def __init__(self, run_id: uuid.UUID, after: int) -> None:
        self.run_id, self.after = run_id, after
        self.waiting: asyncio.Queue[list[Event] | None] = asyncio.Queue()
        self.is_doubtful = (
            False  # somebody's access has changed: the reader is looked at before anything more is told
        )

    def doubt(self) -> None:
        self.is_doubtful = True
        self.waiting.put_nowait([])

    def give(self, events: list[Event]) -> None:
        fresh = [event for event in events if (event.seq or 0) > self.after]
        if fresh:
            self.after = fresh[-1].seq or 0
            self.waiting.put_nowait(fresh if self.waiting.qsize() < BACKLOG else None)


class Streams:
    """All open streams of this process; an ASGI application for one of them at a time."""

    def __init__(self) -> None:
        self._open: dict[uuid.UUID, set[Stream]] = defaultdict(set)
        self._stale = asyncio.Event()
        self._threads = ThreadPoolExecutor(THREADS, "streams")
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False

    async def __call__(self, run: str, scope: Message, receive: Receive, send: Send) -> None:
        request = ASGIRequest(scope, io.BytesIO())
        try:
            admitted = await self._in_thread(lambda: admit(request, run))
        except Refusal as refused:
            return await _refuse(send, refused)
        except AWAY:
            log.exception("stream.database_away")
            return await _refuse(send, Broken("The database does not answer. Trying again may help."))
        except ValueError:
            return await _refuse(send, BadRequest("The request cannot be read."))
        stream = Stream(admitted.run_id, admitted.after)
        self._begin(stream)
        telling = asyncio.create_task(self._tell(stream, admitted, request, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._forget(stream)
            for task in (telling, leaving):
                task.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def close(self) -> None:
        """Ends every stream, so that a stopping process need not wait for readers; they come back elsewhere."""
        self._is_closing = True
        await asyncio.gather(*self._let_go(), return_exceptions=True)

    def _let_go(self) -> list[asyncio.Task[None]]:
        """Ends the open streams and what feeds them; the next stream to open starts that anew."""
        for streams in self._open.values():
            for stream in streams:
                stream.waiting.put_nowait(None)
        ending, self._tasks = self._tasks, []
        for task in ending:
            task.cancel()
        return ending

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A silent stream would be worse than one that breaks off and is opened again."""
        if not task.cancelled() and task.exception():
            log.error("streams.failed", task=task.get_name(), exc_info=task.exception())
            self._let_go()

    async def _tell(self, stream: Stream, admitted: Admitted, request: ASGIRequest, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _write(send, "retry: 1000\n\n")
        clock = asyncio.get_running_loop().time
        ends, looked = admitted.has_been_told, clock()
        while not ends:
            events = await self._next(stream, looked + HEARTBEAT - clock())
            if events is None:
                break
            if stream.is_doubtful or clock() - looked >= HEARTBEAT:
                stream.is_doubtful = False
                if not await self._still_may(request, str(stream.run_id)):
                    break
                looked = clock()
            await _write(send, "".join(map(event_text.of, events)) or ": still here\n\n")
            ends = next((event.name.partition(".")[2] for event in events if event.name in ENDS), "")
        await _write(send, event_text.end(ends) if ends else "", more=False)

    async def _next(self, stream: Stream, patience: float) -> list[Event] | None:
        """The next events; none when it took too long; None when the stream must end."""
        if self._is_closing:
            return None
        try:
            return await asyncio.wait_for(stream.waiting.get(), max(0.01, patience))
        except TimeoutError:
            return []

    async def _still_may(self, request: ASGIRequest, run: str) -> bool:
        try:
            await self._in_thread(lambda: admit(request, run))
        except Refusal:
            return False
        except AWAY:
            return True  # asked again at the next heartbeat
        return True

    def _begin(self, stream: Stream) -> None:
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(listen(self._heard), name="listener"),
                asyncio.create_task(self._follow(), name="streams"),
            ]
            for task in self._tasks:
                task.add_done_callback(self._ended)
        self._open[stream.run_id].add(stream)
        self._stale.set()

    def _forget(self, stream: Stream) -> None:
        self._open[stream.run_id].discard(stream)
        if not self._open[stream.run_id]:
            del self._open[stream.run_id]

    def _heard(self, word: str) -> None:
        if word in (SEALED, ""):
            self._stale.set()
        if word in (ACCESS, ""):
            for stream in [stream for of in self._open.values() for stream in of]:
                stream.doubt()

    async def _follow(self) -> None:
        while True:
            await self._stale.wait()
            self._stale.clear()
            if not self._open:
                continue
            places = {run_id: min(each.after for each in of) for run_id, of in self._open.items()}
            try:
                events = await self._in_thread(lambda places=places: _new(places))  # type: ignore[misc]  # bound now
            except AWAY:
                log.exception("streams.database_away")
                await asyncio.sleep(1)
                self._stale.set()
                continue
            self._hand_out(events)
            if len(events) == AT_ONCE:
                self._stale.set()

    def _hand_out(self, events: list[Event]) -> None:
        by_run: dict[uuid.UUID, list[Event]] = defaultdict(list)
        for event in events:
            if event.run_id:
                by_run[event.run_id].append(event)
        for run_id, of in by_run.items():
            for stream in self._open.get(run_id, ()):
                stream.give(of)

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _returning(work))


def _returning(work: Callable[[], Answer]) -> Callable[[], Answer]:
    """The work, after which its thread keeps no connection from others."""

    def done() -> Answer:
        try:
            return work()
        finally:
            connection.close()

    return done


def _new(places: dict[uuid.UUID, int]) -> list[Event]:
    # The readers were admitted each for their own run, in their own organization.
    return list(Event._base_manager.raw(_NEW, [list(places), list(places.values()), AT_ONCE]))


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: str, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})


async def _refuse(send: Send, refused: Refusal) -> None:
    response = problem(refused)
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


_HEADERS = [
    (b"content-type", f"{event_text.MEDIA_TYPE}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # else a proxy gathers what should arrive at once
    (b"x-content-type-options", b"nosniff"),
]
