"""Undeclared does not run: each kind of thing that somebody may add in a hurry is found, named, and stops the start."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from seconder import cli
from seconder.core import starting
from seconder.core.cookies import COOKIES, STORAGE
from seconder.core.log_keys import LOG_KEYS
from seconder.core.objects import VECTORS, VectorStore
from seconder.core.purposes import PURPOSES
from seconder.core.recipients import RECIPIENTS, Recipient
from seconder.core.vocabulary import DECLARED, Datum

ROOT = Path(__file__).resolve().parent.parent
pytestmark = [pytest.mark.invariant("A01")]
Mutation = Callable[[Path], contextlib.AbstractContextManager[None]]
MUTATIONS: dict[str, tuple[Mutation, str]] = {}


def mutation(kind: str, said: str) -> Callable[[Callable[[Path], Iterator[None]]], None]:
    """`said`: a part of the sentence by which it is refused."""

    def keep(make: Callable[[Path], Iterator[None]]) -> None:
        MUTATIONS[kind] = (contextlib.contextmanager(make), said)

    return keep


@contextlib.contextmanager
def swapped(table: dict[str, Any], key: str, value: Any) -> Iterator[None]:  # Any: declarations of any kind
    """`value` None: without it."""
    kept = dict(table)
    if value is None:
        del table[key]
    else:
        table[key] = value
    yield
    table.clear()
    table.update(kept)


@mutation(
    "a declaration deleted",
    "accounts.person.email is not declared: add it to the app's personal_data.py, as a Datum or impersonal",
)
def _deleted(_folder: Path) -> Iterator[None]:
    with swapped(DECLARED["accounts.person"], "email", None):
        yield


@mutation("a column added", "core.scrapbook.nickname is not declared")
def _column(_folder: Path) -> Iterator[None]:
    class Scrapbook(models.Model):
        nickname = models.TextField()

        class Meta:
            app_label = "core"

        def __str__(self) -> str:
            return self.nickname

    with swapped(DECLARED, "core.scrapbook", {"id": None}):
        yield
    del apps.all_models["core"]["scrapbook"]
    apps.clear_cache()


@mutation(
    "a purpose widened",
    "The purpose service.reviews is a use of another kind (marketing.advertising) than service",
)
def _widened(_folder: Path) -> Iterator[None]:
    wider = dataclasses.replace(PURPOSES["service.reviews"], use="marketing.advertising")
    with swapped(PURPOSES, "service.reviews", wider):
        yield


@mutation(
    "an unknown purpose",
    "core.datakey.wrapped names the purpose 'advertising', which core.purposes does not know",
)
def _purpose(_folder: Path) -> Iterator[None]:
    datum = Datum("user.name", purpose="advertising", no_owner="it is a test")
    with swapped(DECLARED["core.datakey"], "wrapped", datum):
        yield


@mutation("an unknown rule of retention", "core.datakey.wrapped is kept 'for ever'")
def _keep(_folder: Path) -> Iterator[None]:
    datum = Datum("user.name", purpose="service", keep="for ever", no_owner="it is a test")
    with swapped(DECLARED["core.datakey"], "wrapped", datum):
        yield


@mutation("an unknown category", "core.datakey.wrapped names the category 'user.shoe_size'")
def _category(_folder: Path) -> Iterator[None]:
    datum = Datum("user.shoe_size", purpose="service", no_owner="it is a test")
    with swapped(DECLARED["core.datakey"], "wrapped", datum):
        yield


@mutation(
    "a cookie", "The cookie csrftoken is undeclared: declare it in personal_data.py, or change the settings"
)
def _cookie(_folder: Path) -> Iterator[None]:
    with swapped(COOKIES, "csrftoken", None):
        yield


@mutation("a storage key", "shortcuts.js keeps ")
def _storage(_folder: Path) -> Iterator[None]:
    with swapped(STORAGE, "seconder.shortcuts", None):
        yield


@mutation(
    "an outbound host",
    "The recipient somebody is declared without hosts, entity, countries: say where it is reached",
)
def _host(_folder: Path) -> Iterator[None]:
    added = Recipient(
        "somebody", "Somebody", "service provider", "seconder.api", (), ("user.name",), ("service",)
    )
    with swapped(RECIPIENTS, "somebody", added):
        yield


@mutation("a field of the log", "writes the field 'lane' to the log, which nobody declared")
def _log_field(_folder: Path) -> Iterator[None]:
    with swapped(LOG_KEYS, "lane", None):  # the code writes it all the same
        yield


@mutation("an object prefix", "The object store has 'uploads', a prefix that nobody declared")
def _object(folder: Path) -> Iterator[None]:
    (folder / "uploads").mkdir()
    kept, settings.OBJECT_STORE_URL = settings.OBJECT_STORE_URL, folder.as_uri()
    yield
    settings.OBJECT_STORE_URL = kept


@mutation(
    "a store of vectors", "The vector store core_memory.vector names core_memory.vector, which does not exist"
)
def _vectors(_folder: Path) -> Iterator[None]:
    datum = Datum("user.content.private", purpose="service")
    with swapped(VECTORS, "core_memory.vector", VectorStore("core_memory.vector", "runs_run.input", datum)):
        yield


@pytest.mark.parametrize("kind", MUTATIONS)
def test_it_is_named_and_nothing_else_is(kind: str, tmp_path: Path) -> None:
    assert starting.faults() == []
    make, said = MUTATIONS[kind]
    with make(tmp_path):
        found = starting.faults()
    assert found
    assert all(said in sentence and sentence.endswith(".") for sentence in found), found
    print(f"{kind:<30} -> {found[0]}")
    assert starting.faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_table_or_column_that_only_the_database_knows_stops_the_real_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert starting.faults_of_database() == []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE visitor_log (address text)")
    try:
        assert cli.run("migrate", []) == 1
        said = capsys.readouterr().err
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE visitor_log")
    assert "The database has visitor_log.address, which no app declares: drop it, or declare it" in said
    print(f"{'a table of the database':<30} -> {said.partition('declared. ')[2].strip()}")
    assert cli.run("migrate", []) == 0


STARTS = """
import django
from seconder import cli
django.setup()
from seconder.core.data_map import data_map
del data_map()["accounts.person"]["email"]
print([cli.run(noun, words) for noun, words in (("migrate", []), ("web", ["--port", "0"]), ("worker", []))])
"""


@pytest.mark.django_db(transaction=True)
def test_every_command_that_starts_something_stops() -> None:
    """In a process of its own, with its own settings, on the tests' database."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}"
    ended = subprocess.run(
        [sys.executable, "-P", "-c", STARTS],
        env=os.environ
        | {"SECONDER_DATABASE_URL": url, "SECONDER_SECRET_KEY": "k" * 40, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.stdout.strip() == "[1, 1, 1]", ended.stderr
    sentence = "accounts.person.email is not declared: add it to the app's personal_data.py, as a Datum or impersonal."
    assert ended.stderr.count(sentence) == 3
