"""The privacy notice that people accept when they sign up: its text is a template, its version follows from it."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

EFFECTIVE = "2026-11-25"
TEMPLATE = "accounts/privacy.html"
_FILE = Path(__file__).parent / "templates" / TEMPLATE


@functools.cache
def version() -> str:
    """`2026-11-25+3f9a61c2`: when it came into force, and a mark that changes with every letter of it."""
    return f"{EFFECTIVE}+{hashlib.sha256(_FILE.read_bytes()).hexdigest()[:8]}"
