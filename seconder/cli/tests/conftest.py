"""Installations of the tests' own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seconder.cli.tests.installation import Commands
from seconder.core import embedded


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not pytest's own folder: that is closed to the database's user again by any other session that begins.
    folder = Path(tempfile.mkdtemp(prefix="seconder-cli-"))
    yield folder
    embedded.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture
def seconder(transactional_db: None, capsys: pytest.CaptureFixture[str]) -> Commands:
    """The commands on a migrated database with the organization acme."""
    commands = Commands(capsys)
    commands.done("organizations", "create", "acme", "--name", "Acme")
    return commands
