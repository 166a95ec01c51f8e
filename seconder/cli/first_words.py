"""What the web process of `up` does before it opens: it readies the database, and says how to sign in."""

from __future__ import annotations

import ipaddress
import os
import socket

from seconder.cli import installation, seed


def write(descriptor: int, door: socket.socket) -> None:
    """Migrates, makes the demo organization on the first start, and writes what a person needs to sign in.

    Links are written only where nobody but this machine can use them.
    """
    installation.migrate()
    installation.refuse_undeclared_tables()
    seed.once()
    is_loopback = ipaddress.ip_address(door.getsockname()[0]).is_loopback
    lines = seed.sign_in_lines() if is_loopback else []
    with os.fdopen(descriptor, "w") as report:
        report.write("".join(f"{line}\n" for line in lines) or "\n")
