"""Installations of the tests' own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seconder.cli.tests.installation import Installation
from seconder.core import embedded


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not pytest's own folder: that is closed to the database's user again by any other session that begins.
    folder = Path(tempfile.mkdtemp(prefix="seconder-cli-"))
    yield folder
    embedded.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Migrated, with the organization acme; its database stays up between the commands of a module."""
    folder = Path(tempfile.mkdtemp(prefix="seconder-cli-"))
    made = Installation(folder)
    made.done("migrate")
    with embedded.use(folder, durable=False):
        made.done("organizations", "create", "acme", "--name", "Acme")
        yield made
    shutil.rmtree(folder)
