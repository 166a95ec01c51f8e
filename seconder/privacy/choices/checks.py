"""What the start refuses: something optional that nobody can refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from seconder.privacy.choices import advertising, questions


def unasked(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001  Django's check signature
    **_: Any,  # Any: Django's check signature
) -> list[checks.CheckMessage]:
    return [
        checks.Error(f"{sentence}.", id="seconder.E020")
        for sentence in (*questions.unasked(), *advertising.faults())
    ]
