"""A worker in a process of its own, on the tests' database, in which the tool `powder.light` kills it:

    python -m seconder.runs.tests.mortal_worker DATABASE KIND

It does everything that is due and ends. KIND: what the tool counts as, read or effect.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from seconder.core.json import JSON, Object

NAME = "powder.light"


def explode(arguments: Object, key: str) -> JSON:
    """As the kernel does when memory is out: without a word."""
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def offer(kind: str = "read") -> None:
    from seconder.agents import tools

    tools.offer(
        tools.Tool(
            name=NAME,
            title="Light the powder",
            description="Ends the worker",
            kind=kind,  # type: ignore[arg-type]  # read or effect
            arguments={"type": "object"},
            act=explode,
            takes_key=lambda: False,
            describe=lambda arguments: [],
        )
    )


def main(database: str, kind: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    offer(kind)
    from seconder.runs.lane import drain

    asyncio.run(drain())


if __name__ == "__main__":
    main(*sys.argv[1:])
