"""Who did it, through which channel, signed in how strongly."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "service", "agent", "system"]
Channel = Literal["web", "api", "cli", "mail", "allowance", "system"]
Strength = Literal["none", "key", "link", "session", "factor"]


@dataclass(frozen=True, slots=True)
class By:
    kind: Kind
    id: uuid.UUID | None = None
    channel: Channel = "system"
    strength: Strength = "none"


SYSTEM = By("system")
