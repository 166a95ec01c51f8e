"""DKIM (RFC 6376): a signature over a message by the domain of its sender, so that whoever gets it can tell that
nobody else wrote or changed it. Relaxed in both parts, RSA with SHA-256, which every receiver knows.

Signed are the headers below, those of one-click unsubscribing among them (RFC 8058 asks for it), and all of the body.
From is signed once more than it stands there, so that no second one can be added.
"""

from __future__ import annotations

import base64
import functools
import re
from dataclasses import replace
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from seconder.core.clock import now
from seconder.core.mail.message import Written

_SIGNED = (
    "from", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
    "auto-submitted", "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
_BLANKS = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_LINE = 72  # characters of the signature in a line of its header


def signed(message: Written, pem: str, selector: str) -> Written:
    """The same message with a DKIM-Signature before it, of its sender's domain."""
    head, _, body = message.content.partition(b"\r\n\r\n")
    fields = dict(map(_field, _FOLD.sub(b"", head).split(b"\r\n")))
    names = [name for name in _SIGNED if name in fields]
    tags = [
        "v=1",
        "a=rsa-sha256",
        "c=relaxed/relaxed",
        f"d={message.sender.rpartition('@')[2]}",
        f"s={selector}",
        f"t={int(now().timestamp())}",
        f"h={':'.join([*names, 'from'])}",
        f"bh={_base64(sha256(_relaxed(body)).digest())}",
        "b=",
    ]
    said = "".join(f"{name}:{fields[name]}\r\n" for name in names) + f"dkim-signature:{'; '.join(tags)}"
    mark = _base64(_key(pem).sign(said.encode("ascii"), PKCS1v15(), SHA256()))
    folded = "\r\n ".join(mark[at : at + _LINE] for at in range(0, len(mark), _LINE))
    header = "DKIM-Signature: " + ";\r\n ".join(tags) + folded + "\r\n"
    return replace(message, content=header.encode("ascii") + message.content)


def _field(line: bytes) -> tuple[str, str]:
    """One header, unfolded, as `relaxed` has it."""
    name, _, value = line.partition(b":")
    return name.strip().lower().decode("ascii"), _BLANKS.sub(b" ", value).strip().decode("ascii")


def _relaxed(body: bytes) -> bytes:
    """Blanks at the ends of lines, and empty lines at the end, do not count; others count as one."""
    lines = [_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


@functools.lru_cache(maxsize=2)
def _key(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)  # `mail_keys` has looked
    return key
