"""The embedded PostgreSQL comes up whatever the last stop was, and is shared: nobody stops another's."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import psycopg
import pytest

from seconder.core import embedded
from seconder.core.embedded import DatabaseUnavailable
from seconder.core.embedded_folder import Folder, owner


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not pytest's own folder: that is closed to the database's user again by any other session that begins.
    folder = Path(tempfile.mkdtemp(prefix="seconder-embedded-"))
    yield folder
    embedded.stop(folder)
    shutil.rmtree(folder)


def ask(data_dir: Path, question: str) -> object:
    with psycopg.connect(embedded.url(data_dir), autocommit=True) as connection:
        answer = connection.execute(question)
        return (answer.fetchone() or [None])[0] if answer.description else None


def postmaster(data_dir: Path) -> int:
    return int((Folder(data_dir).cluster / "postmaster.pid").read_text().split()[0])


def kill_all(data_dir: Path) -> None:
    server = psutil.Process(postmaster(data_dir))
    everyone = [server, *server.children(recursive=True)]
    for process in everyone:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    psutil.wait_procs(everyone, timeout=10)


def test_a_second_start_finds_the_first_server(data_dir: Path) -> None:
    first = embedded.start(data_dir, durable=False)
    process = postmaster(data_dir)
    assert embedded.start(data_dir, durable=False) == first == embedded.url(data_dir)
    assert postmaster(data_dir) == process
    assert ask(data_dir, "SELECT current_database()") == "seconder"
    assert ask(data_dir, "SHOW listen_addresses") == ""


def test_it_keeps_what_is_committed_by_default(data_dir: Path) -> None:
    embedded.start(data_dir)
    assert [
        ask(data_dir, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")
    ] == ["on"] * 3


def test_stopping_is_clean_and_harmless_when_nothing_runs(data_dir: Path) -> None:
    embedded.stop(data_dir)
    embedded.start(data_dir, durable=False)
    embedded.stop(data_dir)
    embedded.stop(data_dir)
    assert not embedded.is_running(data_dir)
    assert "database system is shut down" in Folder(data_dir).log.read_text()


def test_many_processes_that_start_it_at_once_share_one(data_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from seconder.core import embedded;"
        "folder = Path(sys.argv[1]); embedded.start(folder, durable=False);"
        "print((folder / 'postgres' / 'postmaster.pid').read_text().split()[0])"
    )
    root = Path(__file__).resolve().parents[3]
    starts = [
        subprocess.Popen([sys.executable, "-c", code, data_dir], cwd=root, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    seen = {start.communicate(timeout=60)[0].strip() for start in starts}
    assert seen == {str(postmaster(data_dir))}


def test_after_kill_9_of_everything_it_starts_and_has_lost_nothing(data_dir: Path) -> None:
    embedded.start(data_dir)
    ask(data_dir, "CREATE TABLE kept (n int)")
    ask(data_dir, "INSERT INTO kept SELECT generate_series(1, 1000)")
    kill_all(data_dir)
    assert Folder(data_dir).socket.exists(), "a killed server leaves its socket"
    assert not embedded.is_running(data_dir)
    embedded.start(data_dir)
    assert ask(data_dir, "SELECT count(*) FROM kept") == 1000


def test_a_killed_servers_number_that_a_stranger_has_now_is_no_server(data_dir: Path) -> None:
    embedded.start(data_dir, durable=False)
    kill_all(data_dir)
    user = owner().uid if owner().other else None
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", user=user)
    try:
        pid_file = Folder(data_dir).cluster / "postmaster.pid"
        socket_lock = Folder(data_dir).socket.with_name(f"{Folder(data_dir).socket.name}.lock")
        for file in (pid_file, socket_lock):
            lines = file.read_text().splitlines()
            file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        embedded.start(data_dir, durable=False)
        assert ask(data_dir, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_first_start_that_was_killed_half_way_is_done_again(data_dir: Path) -> None:
    (data_dir / "postgres.new" / "base").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    embedded.start(data_dir, durable=False)
    assert ask(data_dir, "SELECT 1") == 1
    assert not (data_dir / "postgres.new").exists()


def test_whoever_leaves_last_stops_it(data_dir: Path) -> None:
    with embedded.use(data_dir, durable=False):
        with embedded.use(data_dir, durable=False) as address:
            assert address == embedded.url(data_dir)
        assert embedded.is_running(data_dir)
    assert not embedded.is_running(data_dir)


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(data_dir: Path) -> None:
    deep = data_dir / ("d" * 60) / ("e" * 60)
    try:
        embedded.start(deep, durable=False)
        sockets = Folder(deep).sockets
        assert ask(deep, "SELECT 1") == 1
        assert sockets.stat().st_mode & 0o777 == 0o700
    finally:
        embedded.stop(deep)
        shutil.rmtree(Folder(deep).sockets)


def test_a_socket_folder_of_somebody_else_is_refused(data_dir: Path) -> None:
    deep = data_dir / ("d" * 60) / ("e" * 60)
    Folder(deep).sockets.symlink_to("/")
    try:
        with pytest.raises(DatabaseUnavailable, match="is not ours"):
            embedded.start(deep)
    finally:
        Folder(deep).sockets.unlink()


def test_a_folder_that_cannot_be_written_to_is_named_with_what_to_do(data_dir: Path) -> None:
    (data_dir / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match=r"file/var: Not a directory\. .*SECONDER_DATA_DIR"):
        embedded.start(data_dir / "file" / "var")


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounting a small disk needs root")
def test_a_full_or_read_only_disk_is_named_with_what_to_do(data_dir: Path) -> None:
    disk = data_dir / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        with pytest.raises(DatabaseUnavailable, match=r"MiB are free .* make room"):
            embedded.start(disk / "var")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with pytest.raises(DatabaseUnavailable, match=r"Read-only file system.*SECONDER_DATA_DIR"):
            embedded.start(disk / "var")
    finally:
        subprocess.run(["umount", disk], check=True)
