"""An export is verified offline, and whatever was done to it is named."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seconder.core.json import Object, canonical
from seconder.events.link import GENESIS, link, signed_text
from seconder.events.verify import verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
ACME = str(uuid.UUID(int=0xACE))


def record(seq: int, organization: str = ACME) -> Object:
    at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=seq)
    return {
        "seq": seq,
        "id": str(uuid.UUID(int=seq)),
        "at": at.isoformat().replace("+00:00", "Z"),
        "organization": organization,
        "name": "review.decided",
        "subject": {"kind": "review", "id": str(uuid.UUID(int=1000 + seq))},
        "by": {"kind": "person", "id": str(uuid.UUID(int=7))},
        "channel": "web",
        "strength": "session",
        "facts": {"verdict": "approve", "outcome": None, "version": 3, "note": "é"},
    }


def chain(count: int, key: Ed25519PrivateKey = KEY, organization: str = ACME) -> list[bytes]:
    """The lines of an export of `count` records."""
    lines, before = [], GENESIS
    for seq in range(1, count + 1):
        one = record(seq, organization)
        before = link(before, one)
        lines.append(canonical({"record": one, "hash": before.hex()}) + b"\n")
    head: Object = {
        "organization": organization,
        "count": count,
        "hash": before.hex(),
        "at": "2026-11-23T22:00:00Z",
        "algorithm": "Ed25519",
        "public_key": key.public_key().public_bytes_raw().hex(),
    }
    return [*lines, canonical({"head": head, "signature": key.sign(signed_text(head)).hex()}) + b"\n"]


TEN = chain(10)


def test_an_untouched_export_is_fine_with_a_key_to_compare_and_without() -> None:
    trusted, open_ = verify(TEN, PUBLIC), verify(TEN)
    assert trusted.ok
    assert trusted.is_trusted
    assert trusted.message == (
        "10 records in order and unchanged, signed at 2026-11-23T22:00:00Z with the trusted key."
    )
    assert (open_.ok, open_.is_trusted, open_.public_key) == (True, False, PUBLIC)
    assert verify([line.decode() for line in TEN], PUBLIC.upper()).ok
    assert verify(b"".join(TEN).splitlines(), PUBLIC).ok
    assert verify(chain(0), PUBLIC).count == 0


@given(st.integers(0, sum(map(len, TEN)) - 2), st.integers(1, 255))
@example(sum(map(len, TEN[:10])) - 1, 1)
@settings(max_examples=400)
def test_any_changed_byte_is_found_in_its_line(position: int, change: int) -> None:
    whole = bytearray(b"".join(TEN))
    line = whole[:position].count(b"\n") + 1
    joins_head = line == 10 and whole[position] == ord(
        "\n"
    )  # then one line is the last record and the head at once
    whole[position] ^= change

    verdict = verify(split(bytes(whole)), PUBLIC)
    assert not verdict.ok
    assert verdict.line == line
    if line <= 10:
        assert (verdict.problem, verdict.seq) == ("changed", None if joins_head else line)
    else:
        assert verdict.problem in ("changed", "signature", "cut off")


@given(st.integers(1, 10))
def test_a_dropped_record_is_named(seq: int) -> None:
    verdict = verify(TEN[: seq - 1] + TEN[seq:], PUBLIC)
    assert verdict.seq == seq
    if seq < 10:
        assert verdict.problem == "missing"
        assert verdict.message.startswith(f"Record {seq} is missing: after ")
    else:
        assert verdict.problem == "cut off"
        assert verdict.message == "The end is cut off after record 9: the signed head tells of 10 records."


def test_several_dropped_records_are_named() -> None:
    verdict = verify(TEN[:3] + TEN[6:], PUBLIC)
    assert verdict.message == "Records 4 to 6 are missing: after record 3 comes record 7 (line 4)."


@given(st.sets(st.integers(1, 10), min_size=2, max_size=2))
def test_two_swapped_records_are_named(pair: set[int]) -> None:
    one, other = sorted(pair)
    lines = list(TEN)
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]

    verdict = verify(lines, PUBLIC)
    assert (verdict.problem, verdict.seq, verdict.line) == ("order", one, one)
    assert verdict.message == (
        f"Records {one} and {other} are out of order: they stand in lines {other} and {one}."
    )


@given(st.integers(0, sum(map(len, TEN)) - 2))
@settings(max_examples=200)
def test_an_end_cut_off_anywhere_shows(length: int) -> None:
    cut = b"".join(TEN)[:length]
    verdict = verify(split(cut), PUBLIC)
    assert (verdict.ok, verdict.problem) == (False, "cut off")
    assert verdict.count in (cut.count(b"\n"), cut.count(b"\n") + 1)


def test_a_repeated_record_and_one_behind_the_head_are_named() -> None:
    assert verify([*TEN[:5], TEN[3], *TEN[5:]], PUBLIC).problem == "repeated"
    assert verify([*TEN, TEN[0]], PUBLIC).problem == "after the end"
    assert verify([*TEN, b"\n"], PUBLIC).problem == "after the end"


def test_a_record_rewritten_with_a_fitting_hash_breaks_the_next_one() -> None:
    lines = list(TEN)
    forged = {**record(5), "name": "review.voted"}
    before = bytes.fromhex(json.loads(TEN[3])["hash"])
    lines[4] = canonical({"record": forged, "hash": link(before, forged).hex()}) + b"\n"
    verdict = verify(lines, PUBLIC)
    assert (verdict.problem, verdict.seq) == ("changed", 6)
    assert "does not follow on record 5" in verdict.message


def test_a_whole_chain_made_anew_needs_the_right_key() -> None:
    foreign = chain(10, Ed25519PrivateKey.generate())
    assert verify(foreign).ok
    assert verify(foreign, PUBLIC).problem == "key"

    head = json.loads(foreign[-1])
    head["head"]["public_key"] = PUBLIC
    assert verify([*foreign[:-1], canonical(head) + b"\n"], PUBLIC).problem == "signature"


def test_the_head_of_another_export_does_not_fit() -> None:
    assert verify([*TEN[:-1], chain(11)[-1]], PUBLIC).problem == "cut off"
    assert verify([*TEN[:-1], chain(9)[-1]], PUBLIC).problem == "changed"
    other = chain(10, organization=str(uuid.UUID(int=5)))
    assert verify([*TEN[:-1], other[-1]], PUBLIC).problem == "foreign"


@given(st.lists(st.one_of(st.binary(max_size=60), st.text(max_size=60)), max_size=5))
def test_no_file_breaks_the_verifier(lines: list[bytes | str]) -> None:
    assert not verify(lines).ok


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b'{"record":' + b"9" * 5000 + b"}", b'"\\ud800"', b"NaN", b"{}"]
)
def test_no_line_breaks_the_verifier(line: bytes) -> None:
    assert verify([line + b"\n", *TEN], PUBLIC).problem == "changed"


def test_it_needs_neither_django_nor_settings(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_bytes(b"".join(TEN))
    program = (
        "import sys; sys.modules['django'] = None\n"
        "from seconder.events.verify import verify\n"
        "print(verify(open(sys.argv[1], 'rb'), sys.argv[2]).ok)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file), PUBLIC],
        capture_output=True,
        text=True,
        env={},
        check=False,
    )
    assert done.stdout == "True\n", done.stderr


def split(whole: bytes) -> list[bytes]:
    """As a file gives them: by line feeds only."""
    return [part + b"\n" for part in whole.split(b"\n")[:-1]] + [
        part for part in [whole.split(b"\n")[-1]] if part
    ]
