"""The policy as one text with a hash: its facts and its words, as canonical JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from seconder.core.json import Object
from seconder.privacy.policy import facts, text

SHAPE = 1


@dataclass(frozen=True)
class Document:
    """`content`: the bytes whose SHA-256 is the digest; whoever has them can check it."""

    content: str

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    @cached_property
    def read(self) -> Any:  # Any: `{shape, facts, sections}`, as `of` made it
        return json.loads(self.content)


def canonical(value: Object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def of(found: Object) -> Document:
    # By the keys' order, as it will be read: words made from it are the same now and later.
    ordered: Object = json.loads(canonical(found))
    return Document(canonical({"shape": SHAPE, "facts": ordered, "sections": text.sections(ordered)}))


def current() -> Document:
    """What would be published just now."""
    return of(facts.of_installation())
