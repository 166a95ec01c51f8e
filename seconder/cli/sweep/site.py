"""The installation that is swept: in a folder of its own, started as an operator starts one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seconder.cli.terminal import Failed
from seconder.core import sockets

PATIENCE = 120  # seconds


@dataclass
class Site:
    """`links`: name → the path that signs in one of the demo's people."""

    data: Path
    log: Path
    address: str
    links: dict[str, str]
    environ: dict[str, str]

    def command(self, *words: str) -> str:
        """What `seconder words…` prints on it. Raises Failed."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "seconder", *words],
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        with self.log.open("a") as log:
            log.write(done.stderr)
        if done.returncode:
            raise Failed(f"seconder {' '.join(words[:2])} failed in the sweep: {done.stderr.strip()[-300:]}")
        return done.stdout


@contextmanager
def running(model_url: str) -> Iterator[Site]:
    """Up while the block runs; its folder is deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="seconder-sweep-"))
    data, log = folder / "data", folder / "log"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SECONDER_")}
    environ = clean | {
        "SECONDER_DATA_DIR": str(data),
        "SECONDER_MODEL": "openai:peer",
        "SECONDER_MODEL_BASE_URL": model_url,
        "SECONDER_MODEL_API_KEY": "none",
        "SECONDER_LOG_FORMAT": "json",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "seconder", "up", "--port", "0"],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
        )
    try:
        address, links = _heard(process, log)
        sockets.allow(address)
        yield Site(data, log, address, links, environ)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _heard(process: subprocess.Popen[str], log: Path) -> tuple[str, dict[str, str]]:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    found = re.search(r"Seconder is at (\S+)", said)
    if not found:
        raise Failed(f"The installation to be swept did not start: {log.read_text()[-300:]}")
    return found[1], dict(re.findall(r"(\w+)@example\.com\s+http://[^/]+(\S+)", said))
