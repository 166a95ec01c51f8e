"""When a mail goes: quiet hours and digests in the person's own time, also where clocks are changed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from seconder.accounts.models import Person
from seconder.notifications.kinds import RUN_ENDED, RUN_FAILED, WAITING
from seconder.notifications.models import Preferences
from seconder.notifications.posting import Posting, posting

BERLIN = "Europe/Berlin"  # clocks go forward at 2:00 on 28 March 2027 and back at 3:00 on 31 October


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def preferences(zone: str = BERLIN, **chosen: object) -> Preferences:
    return Preferences(person=Person(timezone=zone), **chosen)


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "goes"),
    [
        (22, 7, "2027-01-12T20:59", "2027-01-12T20:59"),  # 21:59
        (22, 7, "2027-01-12T21:00", "2027-01-13T06:00"),
        (22, 7, "2027-01-13T05:59", "2027-01-13T06:00"),
        (22, 7, "2027-01-13T06:00", "2027-01-13T06:00"),
        (12, 14, "2027-01-13T12:30", "2027-01-13T13:00"),  # 13:30, by day
        (22, 7, "2027-03-27T22:00", "2027-03-28T05:00"),  # an hour less that night
        (22, 7, "2027-10-30T21:00", "2027-10-31T06:00"),  # and an hour more
        (22, 2, "2027-03-27T22:00", "2027-03-28T01:00"),  # 2:00 is left out: 3:00
        (22, 2, "2027-10-30T23:30", "2027-10-31T00:00"),  # the first of two
        (22, 2, "2027-10-31T00:30", "2027-10-31T00:30"),  # between the first and the second it is over
    ],
)
def test_in_quiet_hours_mail_waits_until_their_end(begins: int, ends: int, moment: str, goes: str) -> None:
    chosen = preferences(quiet_from=begins, quiet_until=ends)
    assert posting(chosen, WAITING, utc(moment)) == Posting("asked", utc(goes))


@pytest.mark.parametrize(
    ("hour", "days", "moment", "goes"),
    [
        (8, [0, 1, 2, 3, 4], "2027-01-15T06:59", "2027-01-15T07:00"),  # Friday
        (8, [0, 1, 2, 3, 4], "2027-01-15T07:01", "2027-01-18T07:00"),  # Monday
        (8, [4], "2027-01-15T07:01", "2027-01-22T07:00"),
        (8, [6], "2027-03-27T12:00", "2027-03-28T06:00"),  # the first day of summer time
        (2, [6], "2027-03-27T12:00", "2027-03-28T01:00"),  # an hour that is left out
        (2, [6], "2027-10-31T00:30", "2027-11-07T01:00"),  # once, though 2:00 comes twice
    ],
)
def test_the_digest_comes_at_the_chosen_hour_and_days(
    hour: int, days: list[int], moment: str, goes: str
) -> None:
    chosen = preferences(ways={"run-failed": "digest"}, digest_hour=hour, digest_days=days)
    assert posting(chosen, RUN_FAILED, utc(moment)) == Posting("digest", utc(goes))


def test_what_is_not_wanted_by_mail_is_not_mailed_and_news_has_a_letter_of_its_own() -> None:
    chosen = preferences(ways={"waiting": "product", "run-ended": "mail"})
    moment = utc("2027-01-15T12:00")
    assert posting(chosen, WAITING, moment) == Posting("asked", None)
    assert posting(chosen, RUN_ENDED, moment) == Posting("run-ended", moment)


def test_the_zones_are_looked_up_once_however_many_are_told() -> None:
    moment, chosen = utc("2027-01-15T12:00"), preferences()
    posting(chosen, WAITING, moment)
    began = time.process_time()
    for _ in range(500):
        posting(chosen, WAITING, moment)
    assert (
        time.process_time() - began < 0.5
    )  # three times as long where the folder of zones is read each time


HOURS = some.integers(0, 23)


@settings(max_examples=60, deadline=None)
@given(
    zone=some.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    moment=some.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31)),
    quiet=some.tuples(HOURS, HOURS).filter(lambda hours: hours[0] != hours[1]),
    way=some.sampled_from(["mail", "digest"]),
    days=some.sets(some.integers(0, 6), min_size=1),
    hour=HOURS,
)
def test_it_is_never_early_never_in_quiet_hours_and_never_lost(
    zone: str, moment: datetime, quiet: tuple[int, int], way: str, days: set[int], hour: int
) -> None:
    begins, ends = quiet
    chosen = preferences(
        zone,
        ways={"waiting": way},
        digest_hour=hour,
        digest_days=sorted(days),
        quiet_from=begins,
        quiet_until=ends,
    )
    asked = moment.replace(tzinfo=UTC)
    _, goes = posting(chosen, WAITING, asked)
    assert goes
    assert asked <= goes <= asked + (timedelta(days=9) if way == "digest" else timedelta(hours=25))
    local = goes.astimezone(ZoneInfo(zone))
    in_quiet = begins <= local.hour < ends if begins < ends else local.hour >= begins or local.hour < ends
    # Of an hour that comes twice, the second is after the end where the first ends or begins them.
    assert not in_quiet or local.fold or (local.minute or local.second) == 0
