"""Rows of many runs are read in one go; what cannot be read holds up no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from seconder.core.encryption import CannotDecrypt

# What is stored was changed, moved or torn: not to be opened, or not JSON, an agent's file or a value of its column.
UNREADABLE = (CannotDecrypt, ValueError)
Thing = TypeVar("Thing")
Read = TypeVar("Read")


def read_apart(
    read: Callable[[Sequence[Thing]], Read], things: Sequence[Thing], left: Callable[[Thing], None]
) -> Iterator[Read]:
    """What `read` gives for all of them or, where that fails, for each by itself; `left` is told of those for which
    it fails even so, while the fault is at hand."""
    try:
        yield read(things)
    except UNREADABLE:
        if len(things) == 1:
            left(things[0])
            return
        for one in things:
            yield from read_apart(read, [one], left)
