"""A backup: a tar file with `manifest.json` and a dump of PostgreSQL's.

The key that opens what is encrypted in it is not in it: a thief of the file alone reads no text of anybody.
The manifest holds a fingerprint of that key, so that a restore under another one is refused.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from seconder import __version__
from seconder.cli.terminal import Failed
from seconder.core import embedded
from seconder.core.clock import now
from seconder.core.embedded_folder import VERSION
from seconder.core.encryption import derive

DUMP, MANIFEST = "database.dump", "manifest.json"
FORMAT = 1
LEAVING = 3  # seconds that others have to be gone


@dataclass(frozen=True)
class Manifest:
    format: int
    seconder: str
    made_at: str
    key_fingerprint: str


def key_fingerprint() -> str:
    """Says which SECRET_KEY this is without saying what it is."""
    return derive("backup fingerprint", 16).hex()


def write(path: Path) -> Manifest:
    """Writes the backup; the file appears complete or not at all. Raises Failed where it exists."""
    if path.exists():
        raise Failed(f"{path} exists; choose another name.")
    manifest = Manifest(FORMAT, __version__, now().isoformat(), key_fingerprint())
    with _folder(path.absolute().parent) as folder:
        dump, note, draft = folder / DUMP, folder / MANIFEST, folder / "draft.tar"
        call("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        note.write_text(json.dumps(asdict(manifest), indent=2) + "\n")
        with tarfile.open(draft, "w") as archive:
            archive.add(note, MANIFEST, filter=_anonymous)
            archive.add(dump, DUMP, filter=_anonymous)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.chmod(0o600)
        draft.rename(path)
    return manifest


def read(path: Path, *, force: bool) -> Manifest:
    """Puts the database back as it was, in one transaction: after a failure it is as before.

    Raises Failed for another key, a newer format, or, without `force`, a database that holds anything.
    """
    try:
        archive = tarfile.open(path)  # noqa: SIM115  closed by the block below
    except OSError as failure:
        raise Failed(f"{path} cannot be read: {failure.strerror or failure}.") from failure
    except tarfile.TarError as failure:
        raise Failed(f"{path} is not a backup that `seconder backup` wrote: it is no tar file.") from failure
    with archive, _folder(settings.DATA_DIR) as folder:
        try:
            manifest = Manifest(**json.load(archive.extractfile(MANIFEST) or io.StringIO()))
            _refuse(manifest, force=force)
            archive.extract(DUMP, folder, filter="data")
        except (KeyError, TypeError, ValueError, tarfile.TarError) as failure:
            raise Failed(f"{path} is damaged, or not a backup of Seconder's.") from failure
        _replace(folder)
    return manifest


def _refuse(manifest: Manifest, *, force: bool) -> None:
    if manifest.format > FORMAT:
        raise Failed(
            f"This backup is of Seconder {manifest.seconder}; restore it with that version or newer."
        )
    if manifest.key_fingerprint != key_fingerprint():
        raise Failed(
            "This backup was made under another SECRET_KEY and its text would be unreadable here. "
            "Set SECONDER_SECRET_KEY to that key (secrets/secret_key in that installation's DATA_DIR)."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        is_empty = cursor.fetchone()[0] == 0
    others = _others()
    connection.close()
    if not is_empty and not force:
        raise Failed("This database is not empty; with --force everything in it is replaced by the backup.")
    if others:
        raise Failed(
            f"This database is in use (connections: {others}); stop `seconder up`, web and worker first."
        )


def _others() -> int:
    """Connections beside ours. The server takes a moment to forget the one of a command that has just ended."""
    deadline = time.monotonic() + LEAVING
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            others: int = cursor.fetchone()[0]
            if not others or time.monotonic() > deadline:
                return others
            time.sleep(0.05)


def _replace(folder: Path) -> None:
    script = folder / "restore.sql"
    call(
        "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(folder / DUMP), database=False
    )
    emptied = (
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner; "
        "GRANT USAGE ON SCHEMA public TO PUBLIC;"
    )
    options = [
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
    ]
    call("psql", *options, f"--command={emptied}", f"--file={script}")


def call(name: str, *words: str, database: bool = True) -> None:
    """Runs a program of PostgreSQL's against this database; the password goes by the environment."""
    found = settings.DATABASES["default"]
    options = found["OPTIONS"]
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PGPASSWORD": found["PASSWORD"],
        "PGHOST": found["HOST"],
        "PGPORT": found["PORT"],
        "PGUSER": found["USER"],
        "PGDATABASE": found["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    done = subprocess.run(
        [_program(name), *words],
        env={key: value for key, value in environ.items() if value}
        if database
        else {"PATH": environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise Failed(f"{name} failed: {said[0] if said else 'it said nothing'}")


def _program(name: str) -> str:
    """The one that we bring, unless the server is newer than it and the system has its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        newer = cursor.fetchone()[0] > VERSION
    return (shutil.which(name) if newer else None) or str(embedded.program(name))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


@contextlib.contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """A private folder for work in progress, on the same disk as what comes of it."""
    try:
        with tempfile.TemporaryDirectory(dir=parent, prefix=".seconder-") as name:
            yield Path(name)
    except OSError as failure:
        raise Failed(
            f"{failure.filename or parent}: {failure.strerror}; choose a folder to write to."
        ) from failure
