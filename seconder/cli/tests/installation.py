"""An installation worked through the command line, as an operator does: in this process, or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seconder import cli

ROOT = Path(__file__).resolve().parents[3]


class Commands:
    """`seconder …` in this process, on the tests' database."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def run(self, noun: str, *words: str) -> tuple[int, str, str]:
        """The exit code, what it printed, and what it said on stderr."""
        self._capture.readouterr()
        code = cli.run(noun, list(words))
        return code, *self._capture.readouterr()

    def done(self, noun: str, *words: str) -> str:
        """What a command that must succeed prints."""
        code, printed, said = self.run(noun, *words)
        assert code == 0, said
        return printed

    def answer(self, noun: str, *words: str) -> Any:  # Any: JSON of the command's own shape
        return json.loads(self.done(noun, *words, "--json"))

    def refused(self, noun: str, *words: str, code: int = 1) -> str:
        """The one line of a command that must fail with this code."""
        ended, printed, said = self.run(noun, *words)
        assert ended == code, printed + said
        assert said.startswith("seconder: ")
        assert said.count("\n") == 1
        return said


def environ_of(data_dir: Path) -> dict[str, str]:
    """What a process needs to work on an installation in this folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SECONDER_")}
    return clean | {"SECONDER_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}


def seconder(data_dir: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """`seconder words…` in a process of its own, however it ends."""
    command = [sys.executable, "-P", "-m", "seconder", *words]
    return subprocess.run(
        command, env=environ_of(data_dir) | environ, capture_output=True, text=True, check=False, timeout=120
    )
