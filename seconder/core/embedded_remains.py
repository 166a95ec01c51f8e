"""What a killed PostgreSQL leaves behind: processes that are still going, and files with its number in them."""

from __future__ import annotations

import os

from seconder.core.embedded_folder import Folder


def are_in_the_way(said: str) -> bool:
    """Whether that is why a new server did not start, going by what it said."""
    return "pre-existing shared memory block" in said or ("lock file" in said and "already exists" in said)


def clear(folder: Folder) -> None:
    """Removes the lock files, unless any process of the killed server is still there.

    They hold its number. After a restart of a machine or container the same small numbers come again, and where
    nobody reaps the dead, they keep theirs: PostgreSQL then takes a stranger or a corpse for a server. Only a
    process that works in the cluster's folder is one.
    """
    import psutil  # type: ignore[import-untyped]  # it ships no types

    here = os.path.realpath(folder.cluster)
    if all(process.info["cwd"] != here for process in psutil.process_iter(["cwd"])):
        (folder.cluster / "postmaster.pid").unlink(missing_ok=True)
        folder.socket.with_name(f"{folder.socket.name}.lock").unlink(missing_ok=True)
