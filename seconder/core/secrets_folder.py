"""The key of an installation that was given none: made once, in a folder that only its owner may enter."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from seconder.core.environment import Misconfigured

NAME = "secret_key"


def secret_key(data_dir: Path) -> str:
    """Reads `DATA_DIR/secrets/secret_key`, or makes it; two processes that begin together get the same one.

    Refuses to make a second key for a database that exists already: its data would be unreadable under it.
    """
    path = data_dir / "secrets" / NAME
    try:
        return path.read_text(encoding="ascii").strip() if path.exists() else _make(path, data_dir)
    except OSError as failure:
        raise Misconfigured(
            f"{path} cannot be used: {failure.strerror}. "
            "Make SECONDER_DATA_DIR a folder that this user may write to, or set SECONDER_SECRET_KEY."
        ) from failure


def _make(path: Path, data_dir: Path) -> str:
    if (data_dir / "postgres").exists():
        raise Misconfigured(
            f"{path} is missing, but {data_dir} holds a database, which is unreadable without its key. "
            "Put the file back from your backup."
        )
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    draft = path.with_name(f"{NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)  # Never overwrites: the first of two processes wins and both read its key.
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
