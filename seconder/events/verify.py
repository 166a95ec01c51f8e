"""Verifying an export, offline: no database, no settings, no Django; one line in memory at a time.

Everything is compared with what was computed here: the order (1, 2, 3 …), each hash with its record and the
hash before it, the end with the head, the head with its signature. The first broken place is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from seconder.core.json import JSON, Object, canonical
from seconder.events.link import GENESIS, link, signed_text

Problem = Literal[
    "changed", "missing", "order", "repeated", "foreign", "cut off", "after the end", "signature", "key"
]


@dataclass(frozen=True)
class Verdict:
    """`message` is one sentence for people. Where something is broken, `problem` says what, `line` (from 1) and
    `seq` say where. `is_trusted`: the signing key is the one that the caller trusts; without one to compare
    with, it is False, and `public_key` is what to compare.
    """

    ok: bool
    message: str
    problem: Problem | None = None
    line: int | None = None
    seq: int | None = None
    count: int = 0
    organization: str | None = None
    at: str | None = None
    public_key: str | None = None
    is_trusted: bool = False


class _Broken(Exception):
    def __init__(self, problem: Problem, message: str, line: int, seq: int | None = None) -> None:
        super().__init__(message)
        self.problem, self.message, self.line, self.seq = problem, message, line, seq


def verify(lines: Iterable[bytes | str], trusted_key: str | None = None) -> Verdict:
    """Reads an export once, front to back. `trusted_key`: 64 hexadecimal digits, as from `/.well-known/`."""
    reading = _Reading(lines)
    try:
        head = reading.run(trusted_key)
    except _Broken as broken:
        return Verdict(
            False,
            broken.message,
            broken.problem,
            broken.line,
            broken.seq,
            reading.count,
            reading.organization,
        )
    key = str(head["public_key"])
    how = "the trusted key" if trusted_key else f"the key {key}, which you should compare with a known one"
    return Verdict(
        True,
        f"{_records(reading.count)} in order and unchanged, signed at {head['at']} with {how}.",
        count=reading.count,
        organization=str(head["organization"]),
        at=str(head["at"]),
        public_key=key,
        is_trusted=bool(trusted_key),
    )


class _Reading:
    def __init__(self, lines: Iterable[bytes | str]) -> None:
        self._lines: Iterator[bytes | str] = iter(lines)
        self.line = 0  # the number of the line that was read last
        self.count = 0  # records that are fine
        self.organization: str | None = None
        self._hash = GENESIS

    def run(self, trusted_key: str | None) -> Object:
        """The head, when all is well. Raises _Broken."""
        while (part := self._next()) is not None:
            if "head" in part:
                head = self._head(part, trusted_key)
                self._end()
                return head
            self._record(part)
        what = f"The end is cut off: after {self._last()} there is no signed head."
        raise _Broken("cut off", what, self.line + 1)

    def _record(self, part: Object) -> None:
        record = part.get("record")
        if part.keys() != {"record", "hash"} or not isinstance(record, dict):
            raise self._changed("is neither a record with its hash nor a head")
        seq, found = self.count + 1, record.get("seq")
        computed = link(self._hash, {**record, "seq": seq})
        fits = computed.hex() == part["hash"]
        if not fits and isinstance(found, int) and found != seq:
            raise self._misplaced(found, seq)
        if not fits or found != seq:
            what = f"was changed, or does not follow on {self._last()}: its hash does not fit"
            raise self._changed(what)
        self._belongs(record.get("organization"), f"record {seq}", seq)
        self.count, self._hash = seq, computed

    def _misplaced(self, found: int, expected: int) -> _Broken:
        line = self.line
        if found < expected:
            what = f"Record {found} (line {line}) stands there again, where record {expected} belongs."
            return _Broken("repeated", what, line, found)
        if elsewhere := self._line_of(expected):
            what = f"Records {expected} and {found} are out of order: they stand in lines {elsewhere} and {line}."
            return _Broken("order", what, line, expected)
        gone = f"Record {expected} is" if found == expected + 1 else f"Records {expected} to {found - 1} are"
        what = f"{gone} missing: after {self._last()} comes record {found} (line {line})."
        return _Broken("missing", what, line, expected)

    def _line_of(self, seq: int) -> int | None:
        """Where in the rest of the export a record stands; to tell moved from missing."""
        try:
            while (part := self._next()) is not None:
                record = part.get("record")
                if isinstance(record, dict) and record.get("seq") == seq:
                    return self.line
        except _Broken:
            return None
        return None

    def _head(self, part: Object, trusted_key: str | None) -> Object:
        head, signature = part["head"], part.get("signature")
        if part.keys() != {"head", "signature"} or not isinstance(head, dict):
            raise self._changed("is not a signed head")
        self._signed(head, str(signature), trusted_key)
        self._belongs(head.get("organization"), "the head", None)
        count = head.get("count")
        if type(count) is not int or count < self.count:
            what = f"The head (line {self.line}) tells of {count} records, but there are {self.count}."
            raise _Broken("changed", what, self.line)
        if count > self.count:
            what = f"The end is cut off after {self._last()}: the signed head tells of {_records(count)}."
            raise _Broken("cut off", what, self.line, self.count + 1)
        if head.get("hash") != self._hash.hex():
            what = f"The head (line {self.line}) was signed for other records: its hash is not that of {self._last()}."
            raise _Broken("changed", what, self.line, self.count or None)
        return head

    def _signed(self, head: Object, signature: str, trusted_key: str | None) -> None:
        key = head.get("public_key")
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(key)))
            public.verify(bytes.fromhex(signature), signed_text(head))
        except (ValueError, InvalidSignature) as error:
            what = f"The signature of the head (line {self.line}) is not right: the head was changed."
            raise _Broken("signature", what, self.line) from error
        if trusted_key is not None and key != trusted_key.strip().lower():
            what = f"The head (line {self.line}) is signed with another key, {key}: not by who should have."
            raise _Broken("key", what, self.line)

    def _belongs(self, organization: JSON, what: str, seq: int | None) -> None:
        if not isinstance(organization, str) or organization != (self.organization or organization):
            raise _Broken("foreign", f"Line {self.line}: {what} is of another organization.", self.line, seq)
        self.organization = organization

    def _end(self) -> None:
        for _ in self._lines:
            raise _Broken(
                "after the end", f"Something follows the head, in line {self.line + 1}.", self.line + 1
            )

    def _next(self) -> Object | None:
        raw = next(self._lines, None)
        if raw is None:
            return None
        self.line += 1
        whole = raw.encode(errors="surrogatepass") if isinstance(raw, str) else raw
        plain = whole.removesuffix(b"\n")
        try:
            value: JSON = json.loads(plain)
            same = canonical(value) == plain
        except (ValueError, RecursionError) as error:
            if whole == plain and self._is_last():
                what = f"The end is cut off in line {self.line}, after {self._last()}."
                raise _Broken("cut off", what, self.line, self.count + 1) from error
            raise self._changed("was changed: it can no longer be read") from error
        if not isinstance(value, dict) or not same:
            raise self._changed("was changed: it is not written as it was exported")
        return value

    def _is_last(self) -> bool:
        return next(self._lines, None) is None

    def _changed(self, what: str) -> _Broken:
        line, seq = self.line, self.count + 1
        if self._is_last():
            return _Broken("changed", f"The head (line {line}) {what}.", line)
        return _Broken("changed", f"Record {seq} (line {line}) {what}.", line, seq)

    def _last(self) -> str:
        return f"record {self.count}" if self.count else "the beginning"


def _records(count: int) -> str:
    return f"{count} record{'' if count == 1 else 's'}"
