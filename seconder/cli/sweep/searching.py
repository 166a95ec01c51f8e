"""Every store, and what of somebody's words is in it."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from seconder.cli.sweep.peer import Peer
from seconder.cli.sweep.person import MEANT
from seconder.cli.sweep.site import Site
from seconder.core import embedded


@dataclass(frozen=True)
class Sighting:
    """`store`: where, in words · `place`: table.column or file · `is_declared`: it may be there."""

    datum: str
    store: str
    place: str
    is_declared: bool


def search(site: Site, peer: Peer, words: dict[str, str]) -> list[Sighting]:
    """In a dump, the raw folder of the database, the rest of the data folder (outbox, ledger), the log, and what the
    peer heard."""
    declared = _declared()
    found: set[Sighting] = set()
    for place, content in _columns(_dump(site)):
        for datum in _in(content, words):
            fits = bool(set(declared.get(place, ())) & set(MEANT[datum]))
            found.add(Sighting(datum, "dump", place, fits))
    in_clear = {one.datum for one in found if one.is_declared}
    for path in sorted(site.data.rglob("*")):
        if path.is_file() and not path.is_symlink():
            inside = path.relative_to(site.data)
            for datum in _in(path.read_bytes(), words):
                found.add(_in_file(datum, str(inside), in_clear))
    found |= {Sighting(datum, "log", "stderr", False) for datum in _in(site.log.read_bytes(), words)}
    for datum in _in(peer.content, words):
        found.add(Sighting(datum, "model", "request", "user.content.private" in MEANT[datum]))
    return sorted(found, key=lambda one: (one.datum, one.store, one.place))


def _in_file(datum: str, inside: str, in_clear: set[str]) -> Sighting:
    """The database's own files hold what its tables hold in clear; mail holds what it tells."""
    if inside.startswith("postgres/"):
        place = "log of changes" if "pg_wal" in inside else "tables and indexes"
        return Sighting(datum, "raw data folder", place, datum in in_clear)
    if inside.startswith("outbox/"):
        told = datum in ("e-mail address", "name", "invitation's message")
        return Sighting(datum, "mail", "outbox", told)
    return Sighting(datum, "other files", inside, False)


def _dump(site: Site) -> str:
    command = [str(embedded.program("pg_dump")), "--format=plain", f"--dbname={embedded.url(site.data)}"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return done.stdout.decode(errors="replace")


def _columns(dump: str) -> Iterator[tuple[str, bytes]]:
    """(table.column, its value) of each row, and what is outside of rows."""
    copy = re.compile(r"^COPY public\.\"?(\w+)\"? \((.*)\) FROM stdin;$")
    table, names = "", list[str]()
    for line in dump.splitlines():
        if found := copy.match(line):
            table, names = found[1], [name.strip(' "') for name in found[2].split(",")]
        elif line == "\\.":
            table = ""
        elif table:
            yield from (
                (f"{table}.{name}", value.encode())
                for name, value in zip(names, line.split("\t"), strict=False)
            )
        else:
            yield "outside of tables", line.encode()


def _in(content: bytes, words: dict[str, str]) -> Iterator[str]:
    """The data whose word is there, in clear or in a writing that hides nothing."""
    for datum, word in words.items():
        clear = word.encode()
        ways = (clear, clear.hex().encode(), base64.b64encode(clear).rstrip(b"=")[:-1])
        if any(way in content for way in ways):
            yield datum


def _declared() -> dict[str, tuple[str, ...]]:
    """table.column → the category that is declared of it."""
    from django.apps import apps

    from seconder.core.owners import data

    found: dict[str, tuple[str, ...]] = {}
    for label, column, datum in data():
        meta = apps.get_model(label)._meta
        field = meta.get_field(column)
        found[f"{meta.db_table}.{getattr(field, 'column', column)}"] = (datum.category,)
    return found
