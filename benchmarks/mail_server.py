"""A mail server that knows no keys: whoever sends twice has sent twice. It counts what arrives."""

import asyncio
import random
from collections import Counter
from email import message_from_bytes

from aiosmtpd.controller import Controller

from benchmarks.processes import free_port


class MailServer:
    """`orders` counts messages by the order that their subject names. Use as a context."""

    def __init__(self) -> None:
        self.orders: Counter[str] = Counter()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), ready_timeout=10)

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802  the library's name
        message = message_from_bytes(envelope.content)
        if message["To"] == "orders@example.com":
            self.orders[str(message["Subject"]).removeprefix("Order ")] += 1
        # Slow, so that some workers are killed between the last line of a message and the answer to it.
        await asyncio.sleep(random.uniform(0, 0.1))
        return "250 taken"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}?tls=none&from=orders@seconder.example"

    def __enter__(self) -> "MailServer":
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()
