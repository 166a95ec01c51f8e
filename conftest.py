"""The ground that every test stands on: an embedded PostgreSQL of their own, and a folder for their mail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # says nothing of types

from seconder.core import embedded, sockets

if TYPE_CHECKING:
    from seconder.testing import Cast

pytest_plugins = ["tests.proving"]
CHROMIUM = Path("/usr/bin/chromium")
JOURNEYS = Path(__file__).parent / "tests"
BROWSER = "tests/browser/"
# A property is true or not, however busy the machine is.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")
sockets.install(all_of_loopback=True)
# What a test starts as a process of its own must find the same folder as the test.
os.environ["SECONDER_DATA_DIR"] = str(settings.DATA_DIR)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Runs the database as long as tests need it: without fsync, as nothing here must survive a crash."""
    if not settings.EMBEDDED_DATABASE:
        yield
        return
    with embedded.use(Path(settings.DATA_DIR), durable=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def _outbox(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.EMAIL_URL = tmp_path_factory.mktemp("outbox").as_uri()


def _empty(_: TransactionTestCase) -> None:
    """After a test that commits: as Django's flush, in a thirtieth of its time, since the tables hold little."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - kept
    rows = "; ".join(f"DELETE FROM {connection.ops.quote_name(table)}" for table in sorted(tables))
    with (
        connection.cursor() as cursor
    ):  # as a replica: neither foreign keys nor what keeps a record from changing
        cursor.execute(
            f"SET session_replication_role = replica; {rows}; SET session_replication_role = origin"
        )


TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]  # a hook without a stub


@pytest.fixture(autouse=True)
def _unhurried() -> None:
    """What is counted in memory is counted anew for each test."""
    from seconder.accounts import callers, security
    from seconder.telemetry import clicks, flushing

    for throttle in (callers.calls, callers.guesses, security.floods, clicks.clicks):
        throttle.forget()
    flushing.forget()


@pytest.fixture(autouse=True)
def _disclosing(request: pytest.FixtureRequest) -> None:
    """No disclosure is noted yet. Where a test has no database, nobody has stopped any, agreed or published."""
    from seconder.privacy.disclosures import book, rules
    from seconder.privacy.policy import standing

    has_database = {"db", "transactional_db"} & set(request.fixturenames)
    has_database |= {"django_db"} if request.node.get_closest_marker("django_db") else set()
    book.forget()
    rules.forget(None if has_database else rules.Rules())
    standing.forget(None if has_database else standing.Standing())


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of the tests, in two organizations; see `seconder.testing`."""
    from seconder.testing import make_cast

    return make_cast()


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """A file goes to whoever is free; all that look with the browser to one, as they share an installation."""
    scheduler = LoadFileScheduling(config, log)
    by_file = scheduler._split_scope
    scheduler._split_scope = lambda node: BROWSER if node.startswith(BROWSER) else by_file(node)
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole journeys first, those of one browser together, so that none of the long ones is left for the end. Where
    there is no browser its tests are skipped, saying so; the machine that checks changes must have one."""
    items.sort(
        key=lambda item: (not item.path.is_relative_to(JOURNEYS), not item.get_closest_marker("browser"))
    )
    if CHROMIUM.exists() or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=f"there is no {CHROMIUM}"))
