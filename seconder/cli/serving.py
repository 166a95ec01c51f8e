from __future__ import annotations

import socket

import uvicorn

from seconder.asgi import Application


class Server(uvicorn.Server):
    """Ends the event streams first when it stops, instead of waiting for readers who never leave by themselves."""

    def __init__(self, application: Application, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._streams = application.streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._streams.close()
        await super().shutdown(sockets)
