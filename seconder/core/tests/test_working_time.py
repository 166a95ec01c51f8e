"""The calendar of working time, against a count of minutes by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seconder.core.working_time import HORIZON, MINUTE, OFFICE, USUAL, Calendar, Week, after, between

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"
# Around changes of clocks: of one hour, of half an hour, at midnight, and a day that there was not.
ZONES = {
    BERLIN: [date(2026, 3, 29), date(2026, 10, 25)],
    NEW_YORK: [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 29)],
    "Asia/Kolkata": [date(2026, 5, 4)],
    "Pacific/Apia": [date(2011, 12, 30)],
}


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    def day() -> tuple[tuple[int, int], ...]:
        marks = sorted(draw(st.lists(st.integers(0, 48), unique=True, max_size=4)))
        return tuple((a * 30, b * 30) for a, b in zip(marks[::2], marks[1::2], strict=False))

    return tuple(day() for _ in range(7))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Calendar], datetime]:
    zone = draw(st.sampled_from(sorted(ZONES)))
    turn = draw(st.sampled_from(ZONES[zone]))
    moment = datetime(turn.year, turn.month, turn.day, tzinfo=UTC) + draw(st.integers(-3000, 1500)) * MINUTE
    near = st.integers(-2, 3).map(lambda days: turn + DAY * days)
    away = st.tuples(st.integers(-2000, 2000), st.integers(1, 2000)).map(
        lambda a: (moment + a[0] * MINUTE, moment + (a[0] + a[1]) * MINUTE)
    )
    made = [
        Calendar(
            draw(st.sampled_from([zone, "UTC"])),
            draw(weeks()),
            frozenset(draw(st.lists(near, max_size=2))),
            tuple(draw(st.lists(away, max_size=2))),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    return made, moment


def at_work(calendar: Calendar, moment: datetime) -> bool:
    """What the calendar says, read off the clock on the wall."""
    local = moment.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    return (
        local.date() not in calendar.free
        and any(start <= minute < end for start, end in calendar.week[local.weekday()])
        and not any(start <= moment < end for start, end in calendar.away)
    )


@settings(max_examples=60, deadline=None)
@given(case=cases(), length=st.integers(0, 2880))
def test_it_counts_each_minute_at_which_anybody_is_at_work(
    case: tuple[list[Calendar], datetime], length: int
) -> None:
    calendars, moment = case
    counted = sum(
        any(at_work(one, moment + minute * MINUTE) for one in calendars) for minute in range(length)
    )
    assert between(calendars, moment, moment + length * MINUTE) == counted * MINUTE


@settings(max_examples=60, deadline=None)
@given(case=cases(), one=st.integers(1, 3000), more=st.integers(0, 900), later=st.integers(0, 3000))
def test_it_is_monotone_and_never_ends_outside_working_hours(
    case: tuple[list[Calendar], datetime], one: int, more: int, later: int
) -> None:
    calendars, moment = case
    found = after(calendars, moment, one * MINUTE)
    if found is None:
        return
    assert found >= moment + one * MINUTE
    assert any(at_work(each, found - timedelta(seconds=1)) for each in calendars)
    assert between(calendars, moment, found) == one * MINUTE
    longer = after(calendars, moment, (one + more) * MINUTE)
    assert longer is None or longer >= found
    begun_later = after(calendars, moment + later * MINUTE, one * MINUTE)
    assert begun_later is None or begun_later >= found


@pytest.mark.parametrize(
    ("zone", "start", "hours", "end"),
    [
        (BERLIN, "2026-11-27T15:00+01:00", 8, "2026-11-30T15:00+01:00"),  # over a weekend
        (BERLIN, "2026-11-25T09:00+01:00", 8, "2026-11-25T17:00+01:00"),  # a day's work ends that day
        (BERLIN, "2026-11-25T17:00+01:00", 1, "2026-11-26T10:00+01:00"),
        (NEW_YORK, "2026-03-06T16:00-05:00", 2, "2026-03-09T10:00-04:00"),  # over a change of clocks
        (BERLIN, "2026-10-23T16:00+02:00", 2, "2026-10-26T10:00+01:00"),
    ],
)
def test_hours_of_an_office(zone: str, start: str, hours: int, end: str) -> None:
    found = after([Calendar(zone)], datetime.fromisoformat(start), hours * HOUR)
    assert found == datetime.fromisoformat(end)


def test_a_night_shift_is_an_hour_shorter_or_longer_when_clocks_change() -> None:
    night = Calendar(BERLIN, (((60, 300),),) * 7)  # 1:00 to 5:00
    lengths = [
        between(
            [night],
            datetime(2026, month, day, tzinfo=UTC) - 3 * HOUR,
            datetime(2026, month, day, 12, tzinfo=UTC),
        )
        for month, day in ((3, 29), (10, 25), (5, 5))
    ]
    assert lengths == [3 * HOUR, 5 * HOUR, 4 * HOUR]


def test_free_days_and_being_away_do_not_count_and_whoever_is_there_does() -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    holiday = Calendar("UTC", free=frozenset({date(2026, 11, 23)}))
    leaves_at_noon = Calendar("UTC", away=((monday + 3 * HOUR, monday + 30 * DAY),))
    assert after([holiday], monday, HOUR) == monday + DAY + HOUR
    assert after([leaves_at_noon], monday, 4 * HOUR) == monday + 30 * DAY + HOUR
    assert after([holiday, leaves_at_noon], monday, 4 * HOUR) == monday + DAY + HOUR
    tokyo = Calendar("Asia/Tokyo")  # at work from midnight to 8:00 UTC
    assert after([Calendar("UTC"), tokyo], monday, 9 * HOUR) == monday + 16 * HOUR


def test_beyond_a_year_there_is_no_answer() -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert after([Calendar("UTC", ((),) * 7)], monday, HOUR) is None
    assert after([], monday, HOUR) is None
    assert after([Calendar("UTC")], monday, 3000 * HOUR) is None
    one_hour_a_week = Calendar("UTC", (((540, 600),), *[()] * 6))
    assert after([one_hour_a_week], monday, 52 * HOUR) is not None
    assert after([one_hour_a_week], monday, 54 * HOUR) is None
    assert USUAL[0] == OFFICE
    assert HORIZON >= 366 * DAY
