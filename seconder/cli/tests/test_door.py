from __future__ import annotations

import asyncio
import socket

from seconder.cli.door import bound


async def test_answers_leave_at_once() -> None:
    """A page is written in two pieces; with Nagle's algorithm the second waits for a delayed acknowledgement."""
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = writer.get_extra_info("socket")
        accepted.set_result(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with bound("127.0.0.1", 0) as door:
        server = await asyncio.start_server(greet, sock=door)
        _, writer = await asyncio.open_connection(*door.getsockname())
        assert await accepted
        writer.close()
        server.close()
        await server.wait_closed()
