"""Saying when one works; the organization's usual hours and holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from seconder.accounts.hours import ics, week
from seconder.accounts.hours.calendars import calendars
from seconder.accounts.models import DayOff, Holiday, UsualHours, WorkingHours
from seconder.core.clock import now
from seconder.core.working_time import USUAL, Calendar
from seconder.events.models import Event
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
OWN, HOLIDAYS = "/account/hours/", "/demo/holidays/"
WEEK = {"monday": "9-12, 13.00-17:30", "tuesday": "22:00-24:00", "wednesday": "0:00-6:00, 6:00-7:00"}
CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Test//EN\r
{entries}\r
END:VCALENDAR\r
"""


def calendar(*entries: str) -> bytes:
    made = "\r\n".join(f"BEGIN:VEVENT\r\n{entry}\r\nEND:VEVENT" for entry in entries)
    return CALENDAR.format(entries=made).encode()


def of(cast: Cast, name: str) -> Calendar:
    person = cast.people[name].pk
    return calendars(cast.demo.pk, [person], now())[person]


def test_one_says_ones_week_and_takes_it_back(cast: Cast, client: Client) -> None:
    enter(client, cast.bob)
    cast.bob.timezone = "Europe/Berlin"
    cast.bob.save()
    assert "Monday to Friday from 9:00 to 17:00" in client.get(OWN).content.decode()
    assert client.post(OWN, WEEK).status_code == 302
    assert of(cast, "bob") == Calendar(
        "Europe/Berlin", (((540, 720), (780, 1050)), ((1320, 1440),), ((0, 420),), (), (), (), ())
    )
    page = client.get(OWN).content.decode()
    assert 'value="9:00-12:00, 13:00-17:30"' in page
    assert "Europe/Berlin" in page
    assert client.post(f"{OWN}ending/").status_code == 302
    assert of(cast, "bob") == Calendar("Europe/Berlin")
    assert not WorkingHours.objects.exists()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"monday": "nine to five"}, "Write it like 9:00-17:00"),
        ({"monday": "17-9"}, "ends later than it begins"),
        ({"monday": "9-25"}, "ends later than it begins"),
        ({"monday": "9:75-10"}, "60 minutes"),
        ({"monday": "9-12, 11-13"}, "overlap"),
        ({"monday": ", ".join(f"{hour}:00-{hour}:30" for hour in range(7))}, "at most 6"),
        ({}, "at least one stretch of work"),
        ({"monday": "9-17", "boss": "yes"}, "no field"),
    ],
)
def test_what_is_no_week_is_refused_at_its_day(
    cast: Cast, client: Client, typed: dict[str, str], why: str
) -> None:
    refused = enter(client, cast.bob).post(OWN, typed)
    assert (refused.status_code, why in refused.content.decode()) == (422, True)
    assert not WorkingHours.objects.exists()


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=4))
def test_a_day_reads_back_as_it_is_shown(stretches: list[tuple[int, int]]) -> None:
    try:
        hours = week.day(stretches)
    except ValueError:
        return
    assert week.read(week.text(hours)) == hours


def test_days_off_are_named_and_taken_back(cast: Cast, client: Client) -> None:
    enter(client, cast.bob)
    first = now().date() + timedelta(days=9)
    said = {"first": str(first), "last": str(first + timedelta(days=2))}
    assert client.post("/account/days-off/", said).status_code == 303
    assert client.post("/account/days-off/", said).status_code == 303
    assert of(cast, "bob").free == {first + timedelta(days=number) for number in range(3)}
    assert client.post(f"/account/days-off/{first}/ending/").status_code == 303
    assert client.post(f"/account/days-off/{first}/ending/").status_code == 404
    assert client.post("/account/days-off/2026-02-31/ending/").status_code == 404
    assert DayOff.objects.count() == 2
    for bad in (
        {"first": said["last"], "last": said["first"]},
        {"first": "2020-01-01"},
        {"first": "9999-12-31"},
    ):
        assert client.post("/account/days-off/", bad).status_code == 422


def test_what_is_usual_counts_for_who_said_nothing(cast: Cast, client: Client) -> None:
    enter(client, cast.alice)
    assert of(cast, "bob") == Calendar("UTC", USUAL)
    assert (
        client.post("/demo/usual-hours/", {"monday": "8-16", "timezone": "Europe/Berlin"}).status_code == 303
    )
    assert of(cast, "bob") == Calendar("Europe/Berlin", (((480, 960),), *[()] * 6))
    cast.bob.timezone = "America/New_York"  # chosen, so it stays
    cast.bob.save()
    assert of(cast, "bob").zone == "America/New_York"
    assert client.post("/demo/usual-hours/", {"monday": "8-16", "timezone": "Mars/Base"}).status_code == 422
    assert client.post("/demo/usual-hours/", {"timezone": ""}).status_code == 422
    with scope(organization=cast.elsewhere.pk):
        assert not UsualHours.objects.exists()


def test_holidays_are_added_imported_and_taken_away(cast: Cast, client: Client) -> None:
    enter(client, cast.alice)
    day = now().date() + timedelta(days=30)
    assert client.post(f"{HOLIDAYS}new/", {"day": str(day), "name": "Founders’ day"}).status_code == 303
    file = SimpleUploadedFile(
        "days.ics",
        calendar(
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nSUMMARY:Day of founding",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nDTEND;VALUE=DATE:{day + timedelta(days=2):%Y%m%d}\r\nSUMMARY:Two days",
            f"DTSTART:{day:%Y%m%d}T090000Z\r\nSUMMARY:A meeting",
        ),
    )
    page = client.post(f"{HOLIDAYS}calendars/", {"calendar": file}, follow=True).content.decode()
    assert "2 days of the calendar are holidays" in page
    assert "Left out: A meeting is not a whole day." in page
    with scope(organization=cast.demo.pk):
        named = list(Holiday.objects.order_by("day").values_list("day", "name"))
        assert named == [(day, "Two days"), (day + timedelta(days=1), "Two days")]
    assert of(cast, "bob").free == {day, day + timedelta(days=1)}
    assert client.post(f"{HOLIDAYS}{day}/ending/").status_code == 303
    assert client.post(f"{HOLIDAYS}{day}/ending/").status_code == 404
    with scope(organization=cast.demo.pk):
        recorded = Event.objects.filter(name="organization.holidays_changed").order_by("id")
        assert [event.facts["days"] for event in recorded] == [1, 2, -1]


def test_only_who_runs_the_organization_says_its_hours(cast: Cast, client: Client) -> None:
    enter(client, cast.bob)
    for path in ("holidays/new/", "holidays/calendars/", "usual-hours/", "holidays/2031-01-01/ending/"):
        assert client.post(f"/demo/{path}").status_code == 403
    assert client.get(HOLIDAYS).status_code == 403
    refused = client.put("/api/v1/usual-hours", {"week": {}}, "application/json", headers=cast.bearer("bob"))
    assert refused.status_code == 403


TODAY = date(2026, 11, 25)


def test_what_repeats_yearly_is_written_out_and_nothing_else() -> None:
    days, left_out = ics.days(
        calendar(
            "DTSTART;VALUE=DATE:20001225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Christmas",
            "DTSTART;VALUE=DATE:20200101\r\nDURATION:P1D\r\n"
            "RRULE:FREQ=YEARLY;UNTIL=20270601T000000Z\r\nSUMMARY:New Year",
            "DTSTART;VALUE=DATE:20261126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\nSUMMARY:Thanksgiving",
            "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Every day",
            "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;INTERVAL=0\r\nSUMMARY:Always",
            "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\nSUMMARY:Never",
            "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=5MO\r\nSUMMARY:Sometimes",
            "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYDAY=MO\r\nSUMMARY:Weekly",
            "DTSTART;VALUE=DATE:20200101\r\nSUMMARY:Long ago",
            "SUMMARY:Nowhen",
            "DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20280101\r\nSUMMARY:A year",
        ),
        TODAY,
    )
    named = {name: sorted(day for day, called in days.items() if called == name) for name in days.values()}
    assert named["Christmas"] == [date(year, 12, 25) for year in range(2026, 2032)]
    assert named["New Year"] == [date(2027, 1, 1)]
    assert named["Thanksgiving"][:2] == [date(2026, 11, 26), date(2027, 11, 25)]
    assert named["Sometimes"] == [date(2029, 1, 29), date(2028, 1, 31)][::-1]
    assert len(named) == 4
    assert [sentence.split(" ")[0] for sentence in left_out] == ["Every", "Always", "Weekly", "Nowhen", "A"]


@pytest.mark.parametrize(
    "raw", [b"", b"Dear Bob", b"\x00\xff", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT", b"x" * (ics.LARGEST + 1)]
)
def test_what_is_no_calendar_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"no calendar file|larger than"):
        ics.days(raw, TODAY)


def test_the_api_says_and_changes_the_same(cast: Cast, client: Client) -> None:
    def call(method: str, path: str, body: object = None, by: str = "alice", kind: str = "application/json"):  # type: ignore[no-untyped-def]  # a response
        return getattr(client, method)(f"/api/v1/{path}", body, kind, headers=cast.bearer(by))

    day = now().date() + timedelta(days=3)
    said = {"week": {"friday": "9-17"}, "days_off": [str(day)]}
    made = call("patch", "working-hours", said, "bob").json()
    assert (made["week"]["friday"], made["week"]["monday"], made["is_own"]) == ("9:00-17:00", "", True)
    assert made["days_off"] == [str(day)]
    assert call("patch", "working-hours", {"week": None, "days_off": []}, "bob").json()["is_own"] is False
    assert call("patch", "working-hours", {"week": {"friday": "late"}}, "bob").json()["path"] == "week.friday"
    assert call("patch", "working-hours", {"days_off": ["soon"]}, "bob").status_code == 422
    usual = {"week": {"monday": "8-16"}, "timezone": "Europe/Berlin"}
    assert call("put", "usual-hours", usual).json()["timezone"] == "Europe/Berlin"
    assert call("put", f"holidays/{day}", {"name": "Fair"}).json() == {"day": str(day), "name": "Fair"}
    imported = call(
        "post",
        "holidays",
        calendar(f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nSUMMARY:Feast"),
        kind="text/calendar",
    )
    assert imported.json() == {"count": 1, "left_out": []}
    assert client.get("/api/v1/holidays", headers=cast.bearer("bob")).json()["items"][0]["name"] == "Feast"
    assert call("delete", f"holidays/{day}").json() == {"items": []}
    assert call("delete", "holidays/never").status_code == 404
    service = {"Authorization": f"Bearer {cast.key('alice', is_service=True)}"}
    assert client.get("/api/v1/working-hours", headers=service).status_code == 403
