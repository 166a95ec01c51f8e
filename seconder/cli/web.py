from __future__ import annotations

import contextlib
import socket
from typing import Annotated

import typer

from seconder.cli import installation
from seconder.cli.door import Host, Port, bound
from seconder.cli.terminal import program
from seconder.cli.tether import Tether, begin
from seconder.core import failures

app = program("Run the web process alone: pages, API and event streams.")

Descriptor = Annotated[int | None, typer.Option(hidden=True, help="A socket to serve, set by `seconder up`.")]
Report = Annotated[int | None, typer.Option(hidden=True, help="Where to tell `seconder up` how to sign in.")]

GRACE = 5  # seconds that answers in progress have to end


@app.command()
def web(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    fd: Descriptor = None,
    report: Report = None,
    tether: Tether = None,
) -> None:
    """Run the web process alone: pages, API and event streams."""
    with contextlib.ExitStack() as stack:
        door = socket.socket(fileno=fd) if fd is not None else stack.enter_context(bound(host, port))
        stack.enter_context(installation.opened(database=tether is None))
        import uvicorn
        from django.conf import settings
        from django.urls import get_resolver

        settings.DATABASES["default"].update(settings.WEB_CONNECTIONS)
        from seconder.asgi import application
        from seconder.cli.serving import Server

        get_resolver().url_patterns  # noqa: B018  loads every page now, not with the first request
        installation.refuse_undeclared()
        begin(tether)
        failures.guard()
        if report is None:
            installation.refuse_undeclared_tables()
        else:
            from seconder.cli import first_words

            first_words.write(report, door)
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=settings.TRUSTED_PROXIES,
            timeout_graceful_shutdown=GRACE,
        )
        server = Server(application, config)
        server.run([door])
        if not server.started:
            raise typer.Exit(1)
