"""An installation of a test's own, worked through the command line as an operator does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Installation:
    data_dir: Path

    @property
    def environ(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SECONDER_")}
        return clean | {"SECONDER_DATA_DIR": str(self.data_dir), "PYTHONPATH": str(ROOT)}

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """`seconder words…`, however it ends."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "seconder", *words],
            env=self.environ | environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def done(self, *words: str) -> str:
        """What a command that must succeed prints."""
        ended = self.run(*words)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def answer(self, *words: str) -> Any:  # Any: JSON of the command's own shape
        return json.loads(self.done(*words, "--json"))

    def refused(self, *words: str, code: int = 1) -> str:
        """The one line of a command that must fail with this code."""
        ended = self.run(*words)
        assert ended.returncode == code, ended.stdout + ended.stderr
        assert ended.stderr.startswith("seconder: ")
        assert ended.stderr.count("\n") == 1
        return ended.stderr
