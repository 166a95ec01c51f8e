"""Spans of time as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seconder.core import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("2h", 7200),
        ("3d", 259_200),
        ("30m", 1800),
        ("1w", 604_800),
        ("1h30m", 5400),
        ("PT2H", 7200),
        ("PT90S", 90),
        ("P3D", 259_200),
        ("P1DT12H", 129_600),
        ("P2W", 1_209_600),
    ],
)
def test_it_is_read(text: str, seconds: int) -> None:
    assert durations.parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "2",
        "2 h",
        "h",
        "-2h",
        "1.5h",
        "2hours",
        "2H",
        "30m1h",
        "0s",
        "PT0S",
        "P1M",
        "P1Y",
        "9999999999h",
        "999999999d",
        "٣h",
        "2h\n",
        "soon",
    ],
)
def test_it_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        durations.parse(text)


@given(st.timedeltas(timedelta(seconds=1), durations.LONGEST))
def test_the_short_form_is_read_back(span: timedelta) -> None:
    whole = timedelta(seconds=int(span.total_seconds()))
    assert durations.parse(durations.short(whole)) == whole


def test_words() -> None:
    assert durations.words(timedelta(hours=8)) == "8 hours"
    assert durations.words(timedelta(days=1, minutes=30)) == "1 day 30 minutes"
    assert durations.words(timedelta(seconds=1)) == "1 second"
    assert durations.short(timedelta(seconds=5400)) == "1h30m"
