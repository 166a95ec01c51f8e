"""The web process's entry: Django, and the event streams beside its middleware."""

from __future__ import annotations

import asyncio
import os
import re

import django

from seconder.core import sockets

sockets.install()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seconder.settings")
django.setup(set_prefix=False)

from seconder.core.threaded import ThreadedHandler  # noqa: E402  Django first
from seconder.runs.streams import Message, Receive, Send, Streams  # noqa: E402  as above
from seconder.telemetry.web import Flusher  # noqa: E402  as above

_STREAM = re.compile(r"/api/v1/runs/([^/]+)/events")


class Application:
    """`streams` are closed first when the process stops: their readers come back and go on where they were."""

    def __init__(self) -> None:
        self.streams = Streams()
        self._pages = ThreadedHandler()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and (run := _stream_of(scope)):
            await self.streams(run, scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        flusher = Flusher()
        while (await receive())["type"] != "lifespan.shutdown":
            flusher.start()
            await send({"type": "lifespan.startup.complete"})
        await self.streams.close()
        await asyncio.to_thread(flusher.stop)
        await send({"type": "lifespan.shutdown.complete"})


def _stream_of(scope: Message) -> str:
    """The id of the run that is to be followed, as it stands in the address; "" for any other call."""
    found = _STREAM.fullmatch(scope["path"]) if scope["method"] == "GET" else None
    return found[1] if found else ""


application = Application()
