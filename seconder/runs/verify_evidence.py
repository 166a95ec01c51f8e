"""Verify the evidence of a run: python verify_evidence.py EVIDENCE.html [PUBLIC_KEY]

Needs Python and the package `cryptography`, and nothing of what wrote the file. Exit code 1 where anything was
changed, with the first broken place. PUBLIC_KEY: who must have signed (/.well-known/seconder-audit-key there).
"""

import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

OPENS, CLOSES = b'<script type="application/json" id="evidence">\n', b"\n</script></body></html>\n"
DOMAIN = b"seconder evidence head\n"


def sha(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def link(part: dict[str, str]) -> str:
    text = json.dumps(part["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha(bytes.fromhex(part["before"]), text.encode())


def check(file: bytes, trusted: str = "") -> str | None:
    page, opens, rest = file.partition(OPENS)
    if not opens or not rest.endswith(CLOSES):
        return "Not whole: the evidence does not begin or end as it should."
    *lines, last = rest.removesuffix(CLOSES).split(b"\n")
    before = sha(page)
    for number, line in enumerate(lines, 1):
        found, _, text = line.partition(b" ")
        before = sha(bytes.fromhex(before), text)
        if found != before.encode():
            place = f"part {number}" if number > 1 else "the page or part 1"
            return f"Broken at {place}, {text[:60].decode(errors='replace')}…: changed, moved or left out."
    signature, _, text = last.partition(b" ")
    try:
        head = json.loads(text)
        key, signed = bytes.fromhex(head["public_key"]), bytes.fromhex(signature.decode())
        Ed25519PublicKey.from_public_bytes(key).verify(signed, DOMAIN + text)
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return "Broken at the signed head, the last line: changed."
    if (head["count"], head["hash"], signature.decode()) != (len(lines), before, signed.hex()):
        return f"Broken at the end: {head['count']} parts were signed, not these {len(lines)}."
    for number, part in enumerate((json.loads(line.partition(b" ")[2]) for line in lines), 1):
        if part["part"] == "record" and link(part) != part["hash"]:
            return f"Broken at part {number}: the record does not follow on the one before it."
    if trusted and head["public_key"] != trusted:
        return f"Signed with another key, {head['public_key']}."
    said = f"{head['count']} parts of run {head['run']}, as {key.hex()} signed them {head['at']}"
    sys.stdout.write(said + ("\n" if trusted else "; whether this is the signer's key was not checked\n"))
    return None


if __name__ == "__main__":
    sys.exit(check(Path(sys.argv[1]).read_bytes(), *sys.argv[2:]))
