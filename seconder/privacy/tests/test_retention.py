"""What is over its time goes, whoever declared it; what does not is seen, on the page, by doctor and in the metrics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django_scopes import scopes_disabled
from pytest_django.fixtures import Settings

from seconder.accounts.models import Holiday, Invitation, RepeatedCall, SecurityEvent, SignInLink
from seconder.cli import checks
from seconder.core.clock import now
from seconder.core.disposal import DISPOSALS, Disposal, undisposed
from seconder.core.owners import data
from seconder.core.retention import RULES
from seconder.privacy.erasure import ledger
from seconder.privacy.models import RetentionRun
from seconder.privacy.retention import running
from seconder.privacy.tests.erasing import settle
from seconder.runs.metrics import _ask
from seconder.runs.models import Effect, Run, StepRun
from seconder.runs.tests.conftest import Stage, stage
from seconder.testing import Cast, enter
from seconder.verification.models import Decision, Review, SecondLook

__all__ = ["stage"]
DAY = timedelta(days=1)


def test_every_table_whose_rule_has_a_clock_is_ended_by_something() -> None:
    kept: dict[str, str] = {}
    for model, _, datum in data():
        kept[model] = max(kept.get(model, datum.keep), datum.keep, key=lambda keep: RULES[keep].days or 0)
    assert undisposed(kept) == [], "declare a Disposal in the app's disposals.py (seconder.core.disposal)"


@pytest.mark.clause("G-02", "V-21")
@pytest.mark.invariant("I01")
def test_when_the_clock_has_gone_on_nothing_is_older_than_its_rule(stage: Stage) -> None:
    settle(stage)
    cache.set("tries", [1], 60)
    with scopes_disabled():
        review = Review.objects.get()
    stage.decide(review, "bob", "approve")
    stage.work()
    ends = sorted({one.lasts for one in DISPOSALS.values() if isinstance(one, Disposal)})
    gone: set[str] = set()
    for lasts in ends:
        running.run(now() + lasts + 2 * DAY)
        gone |= set(RetentionRun.objects.filter(gone__gt=0).values_list("store", flat=True))
        later = now() + lasts + DAY
        late = {name: by for name, one in DISPOSALS.items() if (by := one.overdue(later)) > DAY}
        assert late == {}, f"after {lasts.days} days"
    with scopes_disabled():
        for model in (
            Run,
            StepRun,
            Effect,
            Review,
            Decision,
            SecondLook,
            Invitation,
            SecurityEvent,
            SignInLink,
        ):
            assert not model._base_manager.exists(), model
    assert gone >= {"runs.Run", "accounts.Invitation", "accounts.SignInLink", "accounts.SecurityEvent"}
    assert not RetentionRun.objects.exclude(fault="").exists()


def test_a_run_that_waits_is_kept_however_long(stage: Stage) -> None:
    settle(stage)
    running.run(now() + 3650 * DAY)
    with scopes_disabled():
        assert Run.objects.get().status == "waiting"
        assert Review.objects.get().status == "open"


@pytest.mark.django_db
def test_a_day_is_late_from_its_end_on(cast: Cast) -> None:
    midnight = datetime(2026, 6, 1, tzinfo=UTC)
    with scopes_disabled():
        Holiday.objects.create(organization=cast.demo, day=(midnight - 91 * DAY).date(), name="Fair")
    holidays = DISPOSALS["accounts.Holiday"]
    assert holidays.overdue(midnight - timedelta(minutes=10)) == timedelta(0)
    assert holidays.overdue(midnight + timedelta(minutes=10)) == timedelta(minutes=10)
    assert holidays.dispose(midnight + timedelta(minutes=10)) == 1


@pytest.mark.django_db
def test_what_is_late_is_told_on_the_page_by_doctor_and_in_the_metrics(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.OPERATOR = "demo"
    assert checks.retention() == "nothing is kept longer than its rule says"
    running.run()
    enter(client, cast.alice)
    page = client.get("/demo/privacy/retention/").content.decode()
    assert "In time" in page
    assert "until a year after the run has ended" in page
    assert "Late" not in page
    RepeatedCall.objects.create(
        caller_id=cast.bob.pk, person_id=cast.bob.pk, path="/", key="k", request_digest="", at=now() - 4 * DAY
    )
    with pytest.raises(checks.Fault, match=r"accounts.RepeatedCall by 3 days"):
        checks.retention()
    assert 'seconder_retention_late_seconds{status="accounts.RepeatedCall"} 2592' in _ask()
    assert "Late" in client.get("/demo/privacy/retention/").content.decode()
    running.run()
    assert RetentionRun.objects.get(store="accounts.RepeatedCall").gone == 1
    assert checks.retention().startswith("nothing")
    assert enter(client, cast.bob).get("/demo/privacy/retention/").status_code == 403
    assert ledger.lines() == []
