"""Undeclared does not run: an undeclared column, table, purpose, or a declaration of nothing, is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core import checks
from django.db import connection, models

from seconder.core import data_map, vocabulary
from seconder.core.vocabulary import Datum, declare

LABEL = "core.scrapbook"


@pytest.fixture
def scrapbook() -> Iterator[type[models.Model]]:
    """A model that somebody adds in a hurry; gone again afterwards."""
    data_map.data_map()  # so that nothing that is declared now is lost below
    kept = dict(vocabulary.DECLARED)

    class Scrapbook(models.Model):
        nickname = models.TextField()

        class Meta:
            app_label = "core"

        def __str__(self) -> str:
            return self.nickname

    yield Scrapbook
    del apps.all_models["core"]["scrapbook"]
    apps.clear_cache()
    vocabulary.DECLARED.clear()
    vocabulary.DECLARED.update(kept)


def faults() -> list[str]:
    return [fault.msg for fault in data_map.undeclared_columns()]


def test_everything_is_declared_now() -> None:
    assert faults() == []


def test_an_undeclared_column_is_named(scrapbook: type[models.Model]) -> None:
    declare(LABEL, impersonal="id")
    assert faults() == [
        "core.scrapbook.nickname is not declared: add it to the app's personal_data.py, as a Datum or impersonal."
    ]


def test_it_stops_the_start(scrapbook: type[models.Model]) -> None:
    found = checks.run_checks(tags=["personal_data"])
    assert {fault.id for fault in found} == {"seconder.E001"}
    assert all(fault.is_serious() for fault in found)


def test_a_declaration_of_a_column_that_is_not_there_is_named(scrapbook: type[models.Model]) -> None:
    declare(LABEL, impersonal="id nickname age")
    assert faults() == ["core.scrapbook.age is declared but does not exist: remove it from personal_data.py."]


def test_an_unknown_purpose_is_named(scrapbook: type[models.Model]) -> None:
    declare(LABEL, impersonal="id", nickname=Datum("user.name", purpose="advertising"))
    assert faults() == [
        "core.scrapbook.nickname names the purpose 'advertising', which core.purposes does not know."
    ]


def test_a_column_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare("core.datakey", impersonal="wrapped")


@pytest.mark.django_db
def test_a_table_or_column_that_only_the_database_knows_is_found() -> None:
    assert data_map.undeclared_in_database() == []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE visitor_log (address text)")
        cursor.execute("ALTER TABLE core_datakey ADD COLUMN remark text")
    assert data_map.undeclared_in_database() == ["core_datakey.remark", "visitor_log.address"]
