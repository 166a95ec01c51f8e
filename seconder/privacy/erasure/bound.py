"""What apps above do when somebody is erased, or an organization ends with its last member: bound in `wiring.py`.

Each may be called twice, and is called inside a transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from seconder.accounts.people.belongings import Belonging
from seconder.privacy.subject import Subject


@dataclass
class Bound:
    """`ends`: stops what is under way for the person · `rewords`: takes their address out of what others keep, and
    answers the tables that it changed · `naming`: where it stands, to be shown before · `closes`: deletes what an
    organization has, in this order."""

    ends: list[Callable[[Subject], None]] = field(default_factory=list)
    rewords: list[Callable[[Subject], list[str]]] = field(default_factory=list)
    naming: list[Callable[[Subject], list[Belonging]]] = field(default_factory=list)
    closes: list[Callable[[uuid.UUID], None]] = field(default_factory=list)


bound = Bound()
