"""Addresses of static files that change with their content, so that an upgrade is seen at once."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static


@cache
def address(path: str) -> str:
    """`/static/ui/base.css?1f3a5c7e`: the first of the file's SHA-256. FileNotFoundError for a wrong path."""
    found = finders.find(path)
    if found is None:
        raise FileNotFoundError(f"No static file {path}")
    mark = hashlib.sha256(Path(found).read_bytes()).hexdigest()[:8]
    return f"{static(path)}?{mark}"
