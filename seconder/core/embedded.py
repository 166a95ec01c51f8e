"""The embedded PostgreSQL: one server per DATA_DIR, on a Unix socket, shared by every process that needs it.

A lock in the folder makes starting and stopping safe between processes; the kernel drops it with a killed
process. The wheel brings PostgreSQL's own programs and they are called directly: its Python face stops the
server at exit and opens up folders above, which a shared server cannot have.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from seconder.core import embedded_remains
from seconder.core.embedded_folder import DatabaseUnavailable, Folder, binaries, owner

__all__ = ["DatabaseUnavailable", "hold", "is_running", "program", "start", "stop", "url", "use"]

USER = DATABASE = "seconder"
_ROOM_TO_BEGIN, _ROOM_TO_START = 160, 48  # MiB of free disk
_PATIENCE = 300.0  # seconds; replaying what a crash left takes its time
_CLEAN_END, _QUICK_END = 10.0, 10.0  # seconds
_LEAVING = 30.0  # seconds that the last processes of a killed server get to be gone
_LOG_KEPT = 10 * 1024 * 1024  # bytes
_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # The log of changes holds people's values: what lies behind is deleted, and not kept to be written over.
    "wal_recycle": "off",
    # An error's detail and statement hold people's values, so the log gets neither.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
_UNDURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_children: dict[Path, subprocess.Popen[bytes]] = {}


def url(data_dir: Path) -> str:
    """The address of this folder's database, whether it runs or not."""
    sockets = Folder(data_dir.absolute()).sockets
    return f"postgresql://{USER}@/{DATABASE}?host={quote(str(sockets), safe='/')}"


def is_running(data_dir: Path) -> bool:
    """Whether a server answers on this folder's socket; one that a killed server left behind does not."""
    path = Folder(data_dir.absolute()).socket
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as plug:
        try:
            plug.connect(str(path))
        except OSError:
            return False
    return True


def start(data_dir: Path, *, durable: bool = True) -> str:
    """Starts the server unless it runs, creating the database on first use; returns its address.

    Raises DatabaseUnavailable with one line for a person. `durable=False` is for tests: a crash loses data.
    """
    folder = Folder(data_dir.absolute())
    folder.prepare()
    with _lock(folder):
        _start(folder, durable=durable)
    return url(data_dir)


def stop(data_dir: Path) -> None:
    """Stops the server cleanly, ending its connections; returns when it is gone."""
    folder = Folder(data_dir.absolute())
    if folder.cluster.exists():
        with _lock(folder):
            _stop(folder)


@contextlib.contextmanager
def use(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """The server's address while the block runs; whoever leaves last stops the server."""
    folder = Folder(data_dir.absolute())
    folder.prepare()
    with _open(folder, "postgres.users") as users:
        with _lock(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            _start(folder, durable=durable)
        try:
            yield url(data_dir)
        finally:
            with _lock(folder), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop(folder)


@contextlib.contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """While the block runs, nobody who leaves `use` stops the server; starts and stops nothing itself."""
    folder = Folder(data_dir.absolute())
    folder.prepare()
    with _open(folder, "postgres.users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs, like pg_dump."""
    return binaries() / name


@contextlib.contextmanager
def _open(folder: Folder, name: str) -> Iterator[int]:
    path = folder.data_dir / name
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as failure:
        raise DatabaseUnavailable(
            f"{path}: {failure.strerror}. Let this user write to the folder, or set SECONDER_DATA_DIR."
        ) from failure
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _lock(folder: Folder) -> Iterator[None]:
    with _open(folder, "postgres.lock") as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _start(folder: Folder, *, durable: bool) -> None:
    if is_running(folder.data_dir) and _settled(folder):
        return
    new = not folder.cluster.exists()
    _refuse_full_disk(folder, _ROOM_TO_BEGIN if new else _ROOM_TO_START)
    if new:
        _create(folder, durable=durable)
    folder.claim()
    _launch(folder, durable=durable)


def _settled(folder: Folder) -> bool:
    """Waits while a server that somebody else started comes up or goes down; False when it went."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if _status(folder)[1] == "ready":
            return True
        if not is_running(folder.data_dir):
            return False
        time.sleep(0.01)
    raise DatabaseUnavailable(
        f"The database in {folder.data_dir} is neither up nor down; {folder.log} says why."
    )


def _refuse_full_disk(folder: Folder, needed: int) -> None:
    free = shutil.disk_usage(folder.data_dir).free // (1024 * 1024)
    if free < needed:
        raise DatabaseUnavailable(
            f"Only {free} MiB are free on the disk of {folder.data_dir} and the database needs {needed}; "
            "make room, or set SECONDER_DATA_DIR to a folder on another disk."
        )


def _create(folder: Folder, *, durable: bool) -> None:
    """Makes the cluster under another name and moves it in place complete: a killed start leaves none."""
    draft = folder.data_dir / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    os.chown(draft, owner().uid, owner().gid)
    words = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    words += ["--builtin-locale=C.UTF-8", "--no-instructions", f"--username={USER}", f"--pgdata={draft}"]
    _call("initdb", [*words, *([] if durable else ["--no-sync"])])
    _call("postgres", ["--single", "-D", str(draft), "postgres"], f'CREATE DATABASE "{DATABASE}"\n')
    draft.rename(folder.cluster)


def _call(name: str, words: list[str], standard_input: str = "") -> None:
    command = [str(program(name)), *words]
    done = subprocess.run(  # noqa: S603  our own programs and words
        command, input=standard_input, capture_output=True, text=True, check=False, **_identity()
    )
    if done.returncode:
        raise DatabaseUnavailable(f"{name} failed: {_reason(done.stdout + done.stderr)}")


def _identity() -> dict[str, Any]:  # Any: keywords of subprocess, each of its own type
    """How a program of PostgreSQL runs: as the database's user, knowing none of our secrets."""
    identity: dict[str, Any] = {"cwd": "/", "umask": 0o077, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if owner().other:
        identity |= {"user": owner().uid, "group": owner().gid, "extra_groups": []}
    return identity


def _launch(folder: Folder, *, durable: bool) -> None:
    began_at = time.monotonic()
    while True:
        began = _log_size(folder)
        child = _spawn(folder, durable=durable)
        if _came_up(folder, child, began_at + _PATIENCE):
            _children[folder.data_dir] = child
            return
        said = folder.log.read_bytes()[began:].decode(errors="replace")
        if time.monotonic() > began_at + _LEAVING or not embedded_remains.are_in_the_way(said):
            raise DatabaseUnavailable(
                f"The database did not start: {_reason(said)} ({folder.log} has the rest)"
            )
        embedded_remains.clear(folder)
        time.sleep(0.1)


def _spawn(folder: Folder, *, durable: bool) -> subprocess.Popen[bytes]:
    sockets = str(folder.sockets).replace('"', '""')
    options = _OPTIONS | {"unix_socket_directories": f'"{sockets}"'} | ({} if durable else _UNDURABLE)
    command = [str(program("postgres")), "-D", str(folder.cluster)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    descriptor = os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as log:
        # A session of its own: Ctrl-C in a terminal must not reach the database before those who use it.
        return subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **_identity()
        )


def _came_up(folder: Folder, child: subprocess.Popen[bytes], end: float) -> bool:
    while child.poll() is None:
        if _status(folder) == (child.pid, "ready"):
            return True
        if time.monotonic() > end:
            child.terminate()
        time.sleep(0.005)
    return False


def _status(folder: Folder) -> tuple[int, str]:
    """The server's process id and word for its state, from its own file; (0, "") when there is none."""
    try:
        lines = (folder.cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return 0, ""
    return int(lines[0] or 0) if lines else 0, lines[7].strip() if len(lines) > 7 else ""


def _stop(folder: Folder) -> None:
    """Asks for a clean end, then for a quick one: a server that was about to recover never comes to a clean end
    (seen with PostgreSQL 18.4). After a quick end the next start recovers, and nothing is lost."""
    if not is_running(folder.data_dir):
        return
    process, _ = _status(folder)
    child = _children.pop(folder.data_dir, None)
    for how, patience in ((signal.SIGINT, _CLEAN_END), (signal.SIGQUIT, _QUICK_END)):
        os.kill(process, how)
        if _is_gone(folder, child, time.monotonic() + patience):
            return
    raise DatabaseUnavailable(f"The database (process {process}) does not stop; {folder.log} says why.")


def _is_gone(folder: Folder, child: subprocess.Popen[bytes] | None, end: float) -> bool:
    while (folder.cluster / "postmaster.pid").exists() or is_running(folder.data_dir):
        if child:
            child.poll()
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    if child:
        child.wait()
    return True


def _log_size(folder: Folder) -> int:
    """The log's length, after cutting one that has grown too long."""
    if not folder.log.exists():
        return 0
    if folder.log.stat().st_size > _LOG_KEPT:
        os.truncate(folder.log, 0)
    return folder.log.stat().st_size


def _reason(said: str) -> str:
    """The line of PostgreSQL's output that says what is wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [
        line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "could not"))
    ]
    return (telling or lines or ["it said nothing"])[0]
