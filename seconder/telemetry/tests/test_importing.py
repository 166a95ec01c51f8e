"""Sums of other providers: taken in as they are, with their source; anything about persons is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client

from seconder.core.clock import now, rfc3339
from seconder.core.refusals import Invalid
from seconder.telemetry.importing.taking import KEEP, Taken, take_errors, take_usage
from seconder.telemetry.models import ErrorGroup, ImportedAggregate
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
YESTERDAY = now().date() - timedelta(days=1)


def usage(folder: Path, *rows: str, head: str = "day,measure,cell,people") -> Path:
    file = folder / "usage.csv"
    file.write_text("\n".join([head, *rows]) + "\n")
    return file


@pytest.mark.invariant("H03", "H08")
@pytest.mark.clause("S-01")
def test_numbers_are_taken_in_with_their_source_and_a_day_again_replaces_it(
    tmp_path: Path, cast: Cast
) -> None:
    first = usage(tmp_path, f"{YESTERDAY},browsers,Firefox 132,40", f"{YESTERDAY},browsers,Lynx 2,3")
    assert take_usage(first, "Plausible") == Taken(1, 1)
    old = YESTERDAY - KEEP
    later = usage(tmp_path, f"{YESTERDAY},browsers,Chrome 131,52", f"{old},browsers,Chrome 131,52")
    assert take_usage(later, "Plausible") == Taken(1, 1)
    (row,) = ImportedAggregate.objects.all()
    assert (row.source, row.cell, row.people) == ("Plausible", "Chrome 131", 52)
    listed = tmp_path / "usage.json"
    listed.write_text(
        json.dumps([{"day": str(YESTERDAY), "measure": "pages", "cell": "Start", "people": 12}])
    )
    assert take_usage(listed, "Other") == Taken(1, 0)


@pytest.mark.invariant("H08", "A02")
@pytest.mark.clause("S-01")
@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("day,measure,cell,people,email", "{day},browsers,Firefox,20,a@b.c", "'email' is about persons"),
        (
            "day,measure,cell,people,visitor_id",
            "{day},browsers,Firefox,20,7",
            "'visitor_id' is about persons",
        ),
        ("day,measure,cell,people,shoe", "{day},browsers,Firefox,20,7", "'shoe' is none of those"),
        ("day,measure,cell", "{day},browsers,Firefox", "lacks people"),
        ("day,measure,cell,people", "{day},pages,bob@example.com,20", "address or somebody's id"),
        ("day,measure,cell,people", "{day},pages,/account/?q=x,20", "address or somebody's id"),
        ("day,measure,cell,people", "{day},pages,192.0.2.1,20", "address or somebody's id"),
        ("day,measure,cell,people", "{day},pages,01a214f1-fb1a-7626-a262,20", "address or somebody's id"),
        ("day,measure,cell,people", "{day},pages,Start,many", "no whole number"),
        ("day,measure,cell,people", "2099-01-01,pages,Start,20", "not over yet"),
        ("day,measure,cell,people", "yesterday,pages,Start,20", "no day"),
    ],
)
def test_what_is_about_persons_or_no_sum_is_refused_whole(
    tmp_path: Path, head: str, row: str, said: str
) -> None:
    good = f"{YESTERDAY},browsers,Chrome 131,52" + ("," if head.count(",") == 4 else "")
    file = usage(
        tmp_path,
        good if head.count(",") > 2 else good.rpartition(",")[0],
        row.format(day=YESTERDAY),
        head=head,
    )
    with pytest.raises(Invalid, match=said):
        take_usage(file, "Plausible")
    assert not ImportedAggregate.objects.exists()


@pytest.mark.invariant("I05")
@pytest.mark.clause("S-02")
def test_errors_come_without_a_message_and_are_kept_as_our_own(tmp_path: Path) -> None:
    last, old = rfc3339(now()), rfc3339(now() - timedelta(days=40))
    file = usage(
        tmp_path, f"TypeError,1.2.0,7,{last},{last}", f"ValueError,1.1.0,7,{old},{old}",
        head="kind,release,count,first_at,last_at",
    )  # fmt: skip
    assert take_errors(file, "Sentry") == Taken(1, 1)
    assert take_errors(file, "Sentry") == Taken(1, 1)
    (group,) = ErrorGroup.objects.all()
    assert (group.kind, group.count, group.process) == ("TypeError", 7, "from Sentry")
    with_words = usage(
        tmp_path, "TypeError,1,7,x,x,secret", head="kind,release,count,first_at,last_at,message"
    )
    with pytest.raises(Invalid, match="'message' is about persons, or what they wrote"):
        take_errors(with_words, "Sentry")


@pytest.mark.invariant("H08")
def test_no_number_leads_to_an_account() -> None:
    for model in apps.get_app_config("telemetry").get_models():
        related = [field.name for field in model._meta.concrete_fields if field.is_relation]
        assert related == [], model
    import seconder.telemetry.importing.taking as taking
    import seconder.telemetry.usage.figures as figures

    for module in (taking, figures):
        assert not any("accounts" in getattr(value, "__module__", "") for value in vars(module).values())


def test_the_page_of_usage_shows_them_apart_and_says_who_counted(
    cast: Cast, settings: object, tmp_path: Path
) -> None:
    settings.OPERATOR = "demo"  # type: ignore[attr-defined]  # pytest-django's
    take_usage(usage(tmp_path, f"{YESTERDAY},browsers,Chrome 131,52"), "Plausible")
    page = enter(Client(), cast.alice).get("/demo/privacy/usage/").content.decode()
    assert "Counted by Plausible" in page
    assert "Chrome 131" in page
