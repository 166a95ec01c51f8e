from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


async def aside(
    is_large: bool,  # noqa: FBT001  what follows belongs to `work`
    work: Callable[Given, Answer],
    *args: Given.args,
    **kwargs: Given.kwargs,
) -> Answer:
    """Does the work: beside the event loop where it is large, so that the other runs go on meanwhile, and else at
    once, since a thread costs more than a small piece of work does."""
    return await asyncio.to_thread(work, *args, **kwargs) if is_large else work(*args, **kwargs)
