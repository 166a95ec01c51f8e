"""The folder outbox: one `.eml` per key, never overwritten, so a crash is mended by sending again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import threading
import time
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import quote

from seconder.core.mail.message import MailFailed, Receipt, Written

DRAFT = ".draft"
_LONGEST = 200  # characters of a file's name, less than the 255 bytes of common file systems
_STALE = 3600  # seconds after which a draft is left over from a crash


class FolderOutbox:
    takes_key = True
    sender = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # One thread at a time changes the folder; more than one would wait for it in the kernel, and busily. What
        # takes long, bringing it to the disk, they do side by side.
        self._turn = threading.Lock()

    def send(self, message: Written, key: str) -> Receipt:
        """Returns when the file and its name are on disk; an existing file of that key is left as it is."""
        done = Receipt(message.message_id, message.recipients)
        target = self.folder / f"{file_name(key)}.eml"
        draft = self.folder / f"{target.stem[:_LONGEST]}.{secrets.token_hex(6)}{DRAFT}"
        try:
            self._prepare()
            with self._turn:
                descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            _write(descriptor, message.content)
            try:
                with self._turn:
                    is_first = _named(draft, target)
            finally:
                _sync(self.folder)
        except OSError as error:
            raise MailFailed(
                f"The outbox {self.folder} cannot be written: {error.strerror}.",
                retryable=True,
                happened="unknown" if target.exists() else "no",
            ) from error
        return done if is_first else replace(done, is_repeat=True)

    def _prepare(self) -> None:
        if self.folder.is_dir():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def forget(self, address: str) -> None:
        """Removes the messages to it alone: what others got as well is theirs."""
        for path in self.folder.glob("*.eml"):
            with contextlib.suppress(FileNotFoundError):  # somebody else removes as well
                mail = message_from_bytes(path.read_bytes(), policy=default)
                if {each.addr_spec.lower() for each in mail["To"].addresses} == {address.lower()}:
                    path.unlink()

    def tidy(self) -> None:
        """Removes what a crash left half written."""
        for draft in self.folder.glob(f"*{DRAFT}"):
            with contextlib.suppress(FileNotFoundError):  # somebody else tidies as well
                if draft.stat().st_mtime < time.time() - _STALE:
                    draft.unlink()


def file_name(key: str) -> str:
    """The key as the name of a file: a slash as %2F and so on; a long one is cut and told apart by a hash."""
    name = quote(key, safe=":@+=,")
    name = f"%2E{name[1:]}" if name.startswith(".") else name
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 65]}~{hashlib.sha256(key.encode()).hexdigest()}"


def _write(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _named(draft: Path, target: Path) -> bool:
    """Gives the draft its name, where none has it yet."""
    try:
        os.link(draft, target)  # refuses an existing name, where a rename would overwrite it
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
