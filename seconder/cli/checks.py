"""What `doctor` looks at. Each check answers with a line; Fault, with one, where something is wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import Exists, OuterRef, Sum
from django_scopes import scopes_disabled

OLDEST_POSTGRESQL = 16
LATE = timedelta(minutes=1)  # after which due work counts as left lying
ROOM = 256  # MiB of free disk below which it gets tight


class Fault(Exception):
    """Something is wrong. One line: what, and what to do."""


class Finding(NamedTuple):
    name: str
    ok: bool
    detail: str


def findings() -> Iterator[Finding]:
    """Every check in turn; those that need the database are left out when it does not answer."""
    for check in [data_dir, database]:
        found = _one(check)
        yield found
    if not found.ok:
        return
    migrated = _one(tables)
    yield migrated
    if migrated.ok:
        yield from map(
            _one,
            [
                secret_key,
                people,
                postal_addresses,
                privacy_policy,
                recipients,
                choices,
                due_work,
                waiting_runs,
                retention,
            ],
        )


def _one(check: Callable[[], str]) -> Finding:
    name = check.__name__
    try:
        return Finding(name, True, check())
    except Fault as fault:
        return Finding(name, False, str(fault))


def data_dir() -> str:
    folder = settings.DATA_DIR
    if not os.access(folder, os.W_OK):
        raise Fault(f"{folder} cannot be written to; give this user the right, or set SECONDER_DATA_DIR.")
    free = shutil.disk_usage(folder).free // (1024 * 1024)
    if free < ROOM:
        raise Fault(f"Only {free} MiB are free on the disk of {folder}; make room.")
    return f"{folder}, {free} MiB free"


def database() -> str:
    try:
        connection.ensure_connection()
    except OperationalError as failure:
        first = str(failure).strip().partition("\n")[0]
        raise Fault(f"It does not answer: {first} Check SECONDER_DATABASE_URL.") from failure
    version = server_version()
    if int(version.split(".")[0]) < OLDEST_POSTGRESQL:
        raise Fault(f"PostgreSQL {version} is too old; use {OLDEST_POSTGRESQL} or newer.")
    return f"PostgreSQL {version}, {'embedded' if settings.EMBEDDED_DATABASE else 'external'}"


def server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).split()[0]


def tables() -> str:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise Fault(f"{len(plan)} migrations are missing; run `seconder migrate`.")
    return "those of this version"


def secret_key() -> str:
    from seconder.core.encryption import CannotDecrypt, keyring
    from seconder.core.models import DataKey

    key = DataKey.objects.only("pk").first()
    if key is None:
        return "nothing is encrypted yet"
    try:
        keyring.by_id(key.pk)
    except CannotDecrypt as failure:
        raise Fault(
            "SECRET_KEY is not the one that this database was used with; set SECONDER_SECRET_KEY to that, "
            "or put it back into DATA_DIR/secrets/secret_key."
        ) from failure
    return "opens what is stored"


def people() -> str:
    from seconder.accounts.models import Membership, Organization

    with scopes_disabled():
        owned = Membership.objects.active().filter(role="owner", organization=OuterRef("pk"))
        orphan = Organization.objects.exclude(Exists(owned)).first()
    if orphan:
        raise Fault(f"{orphan.slug} has no owner; add one: `seconder people create … --role owner`.")
    return f"{Organization.objects.count()} organizations"


def postal_addresses() -> str:
    from seconder.accounts.models import Organization

    slugs = list(
        Organization.objects.filter(postal_address="").order_by("slug").values_list("slug", flat=True)[:5]
    )
    if not slugs:
        return "every organization says where it can be written to"
    return (
        f"not said by {', '.join(slugs)}: digests and news go without it; owners say it under Settings, and laws may "
        "ask for it"
    )


def recipients() -> str:
    """Who receives data, and where that is."""
    from seconder.core import transfers

    if found := transfers.faults():
        raise Fault(found[0])
    names = [one.name for one in transfers.abroad()]
    if names and not settings.COUNTRY:
        raise Fault(
            f"Data goes to {', '.join(names)}, and nobody can say whether that is abroad; set SECONDER_COUNTRY to the "
            "country in which this installation stands."
        )
    return f"data goes to {', '.join(names)}" if names else "no data leaves but where agents send it"


def choices() -> str:
    """What people answered about their data is as they answered it."""
    from seconder.privacy.models.consent import ChoiceCount, Consent, broken

    if fault := broken():
        raise Fault(f"{fault} Somebody has changed what people answered; compare it with a backup.")
    counted = ChoiceCount.objects.aggregate(all=Sum("count", default=0))["all"]
    return f"{Consent.objects.count()} answers of accounts, each chained to the last; {counted} without one"


def privacy_policy() -> str:
    """Whether what is published is what is so; the page says openly where it is not."""
    from seconder.privacy.policy.publishing import draft
    from seconder.privacy.policy.unsaid import unsaid

    found = draft()
    said = f"version {found.latest.number} is published" if found.latest else "the first is made by `migrate`"
    if found.latest and found.is_new:
        said += (
            f"; {len(found.changes) or 'some'} changes since are not (`seconder privacy policy diff`): publish them "
            "under Privacy, Policy"
        )
    return f"{said}. Not said yet: {' '.join(unsaid())}" if unsaid() else said


def due_work() -> str:
    from seconder.core.clock import now
    from seconder.runs.models import Run

    with scopes_disabled():
        late = Run.objects.filter(next_at__lt=now() - LATE).count()
    if late:
        raise Fault(f"{late} runs are due and nobody advances them; is a worker up (`seconder worker`)?")
    return "no run is left lying"


def waiting_runs() -> str:
    """A parked run must have what will wake it: a review that lives (open, with a time at which something happens), or
    a time of its own."""
    from seconder.core.clock import now
    from seconder.runs.models import Run
    from seconder.verification.models import Review

    with scopes_disabled():
        asked = Review.objects.filter(run_id=OuterRef("pk"), status="open", next_at__isnull=False)
        lost = Run.objects.filter(status="waiting", next_at=None).exclude(Exists(asked))
        names = [str(run.pk) for run in lost.only("pk")[:5]]
        waiting = Run.objects.filter(status="waiting").count()
        overdue = Review.objects.filter(status="open", next_at__lt=now() - LATE).count()
    if names:
        raise Fault(f"These wait for nothing that will come: {', '.join(names)}; cancel or retry them.")
    if overdue:
        raise Fault(
            f"{overdue} reviews are past a time at which something should have happened, and nobody saw to it; "
            "is a worker up (`seconder worker`)?"
        )
    return f"{waiting} wait, each for a live review or a time"


def retention() -> str:
    from seconder.privacy.retention.running import late

    found = late()
    if found:
        worst = ", ".join(f"{name} by {by.days} days" for name, by in sorted(found.items()))
        raise Fault(f"Something should be gone and is not ({worst}); is a worker up (`seconder worker`)?")
    return "nothing is kept longer than its rule says"
