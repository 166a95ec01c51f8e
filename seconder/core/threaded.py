"""Django over ASGI with the whole of a request in one thread.

Our views and middleware are synchronous. Django's own handler enters and leaves a new thread for each piece of
middleware that is, which costs more than most of our answers do. Here a request crosses over once, to a thread
that keeps its database connection for the next one. What must stay open (event streams) is not Django's.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from seconder.core import steady
from seconder.core.problems import problem
from seconder.core.refusals import TooLarge

THREADS = 10
LARGEST_BODY = 8 * 1024 * 1024  # bytes; each view has its own, lower limit
Scope = Any  # Any: ASGI's scope, which Django types otherwise than uvicorn


class ThreadedHandler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, "web")

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  Django's signature
        super().load_middleware(is_async=False)

    async def __call__(
        self, scope: Scope, receive: Any, send: Any
    ) -> None:  # Any: ASGI's callables, as above
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        except OverflowError:
            response: HttpResponseBase = problem(TooLarge(f"A body has at most {LARGEST_BODY} bytes."))
            await self.send_response(response, send)
            return
        work = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        began = loop.time()
        response, request = await loop.run_in_executor(self._threads, work, self._answer, scope, body)
        if patience := steady.wait(request, loop.time() - began):
            await asyncio.sleep(patience)
        await self.send_response(response, send)

    async def read_body(self, receive: Any) -> IO[bytes]:  # Any: as above
        body = io.BytesIO()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestAborted
            body.write(message.get("body", b""))
            if body.tell() > LARGEST_BODY:
                raise OverflowError
            if not message.get("more_body", False):
                body.seek(0)
                return body

    def _answer(self, scope: Scope, body: IO[bytes]) -> tuple[HttpResponseBase, HttpRequest | None]:
        """The whole request, from its first signal to its last; and the request, where it could be read."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response = self.get_response(request) if request else refused
        assert response is not None, "Django makes one of the two"
        try:
            return _gathered(response), request
        finally:
            response.close()


def _gathered(response: HttpResponseBase) -> HttpResponseBase:
    """A streamed answer read to its end in this thread; only files of our own are streamed, and those are small."""
    if not isinstance(response, StreamingHttpResponse):
        return response
    parts: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]  # no view here is async
    whole = HttpResponse(b"".join(parts), status=response.status_code)
    whole.headers, whole.cookies = response.headers, response.cookies
    return whole
