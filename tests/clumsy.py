"""An installation in one process in which everything of its makers breaks with a person's text in hand:

    python -m tests.clumsy DATABASE FORM

a view, a job, a tool in a run's step, and at the end a lane, which takes the process with it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import urllib.error
import urllib.request
from typing import Any, NoReturn

CANARY = "canary-7f3a"
VARIABLE = "CLUMSY_CANARY"


def breaks(*_: Any, **__: Any) -> NoReturn:  # Any: whatever it is called with
    held = os.environ[VARIABLE]  # not in the source, so that a line of source alone does not tell it
    raise ValueError(f"This cannot be read: {held}")


def set_up(database: str, form: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.LOGGING = {"form": form}
    django.setup()
    from seconder.core import failures, sockets

    sockets.install(all_of_loopback=True)  # it asks its own web process, on a port that nobody declared
    failures.guard()


def open_for(asked: str) -> int:
    from django.urls import path

    from seconder import urls
    from seconder.core.doors import open_to_all
    from seconder.testing import serving

    def view(request: object, asked: str) -> NoReturn:
        breaks(request, asked)

    urls.urlpatterns.insert(0, path("clumsy/<str:asked>/", open_to_all(view)))
    with serving() as address:
        try:
            return int(urllib.request.urlopen(f"{address}/clumsy/{asked}/").status)
        except urllib.error.HTTPError as error:
            return error.code


async def work() -> None:
    """A worker until its lane breaks, once a run and a job of this process have broken."""
    from asgiref.sync import sync_to_async
    from django_scopes import scopes_disabled
    from procrastinate.contrib.django.models import ProcrastinateJob

    from seconder.engine.wake import Lane, lanes
    from seconder.engine.worker import working
    from seconder.runs.models import Run

    @sync_to_async
    def have_broken() -> bool:
        with scopes_disabled():
            runs = Run.objects.filter(status="waiting")  # for somebody to say whether it happened
            return runs.exists() and ProcrastinateJob.objects.filter(status="failed").exists()

    async def lane() -> float | None:
        if await have_broken():
            breaks()
        return 0.05

    lanes.append(lambda: Lane("clumsy", lane))
    stop = asyncio.Event()
    async with working(stop):
        await stop.wait()


def main(database: str, form: str) -> None:
    set_up(database, form)
    from procrastinate.contrib.django import app

    from seconder.agents import tools
    from seconder.engine import enqueue

    app.task(name="clumsy.job")(breaks)  # without a second try
    tools.offer(tool())
    assert open_for("page") == 500
    enqueue("clumsy.job")
    asyncio.run(work())


def tool() -> Any:  # Any: imported once Django is set up
    from seconder.agents.tools import Tool

    return Tool(
        name="clumsy.break", title="Break", description="Breaks", kind="effect", arguments={"type": "object"},
        act=breaks, takes_key=lambda: False, describe=lambda arguments: [],
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
