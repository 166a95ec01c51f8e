"""Countries and regions of networks: cut at import, looked up in memory, never finer."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]  # says nothing of types

from seconder.cli import run
from seconder.core import geography
from seconder.core.geography import importing, table
from seconder.core.geography.table import NOWHERE, Place
from seconder.core.refusals import Invalid

CITY, LATITUDE, POSTCODE = "Neustadt-Canary", 48.13743, "80331-C"


_watched: list[list[str]] = []


def _hear(event: str, _: object) -> None:
    if _watched and event.startswith("socket."):
        _watched[0].append(event)


sys.addaudithook(_hear)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    yield tmp_path
    table._loaded.cache_clear()


def mmdb(folder: Path) -> Path:
    """As publishers of cities have it."""
    writer = MMDBWriter(6, "Test-City", languages=["en"], ipv4_compatible=True)
    finer = {
        "city": {"names": {"en": CITY}},
        "location": {"latitude": LATITUDE, "longitude": 11.57549, "time_zone": "Europe/Berlin"},
        "postal": {"code": POSTCODE},
        "traits": {"isp": "Canary Telecom"},
    }
    for network, country, region in (
        ("192.0.2.0/25", "DE", "BY"),
        ("198.51.100.0/24", "US", "CA"),
        ("2001:db8:1::/48", "FR", ""),
        ("203.0.113.0/24", "XX", ""),
    ):
        parts = {"subdivisions": [{"iso_code": region}]} if region else {}
        writer.insert_network(IPSet([network]), {"country": {"iso_code": country}, **parts, **finer})
    file = folder / "city.mmdb"
    writer.to_db_file(str(file))
    return file


@pytest.mark.invariant("D01", "D02", "D05")
@pytest.mark.clause("D-01")
def test_of_a_data_set_of_cities_countries_and_regions_are_left_and_nothing_is_asked_for_a_lookup(
    folder: Path,
) -> None:
    assert geography.place_of("192.0.2.1") == NOWHERE
    assert not geography.is_there()
    assert run("geo", ["import", str(mmdb(folder)), "--attribution", "By a test", "--json"]) == 0
    stored = table.path().read_bytes()
    for finer in (CITY, "Neustadt", str(LATITUDE), "11.57", POSTCODE, "Canary", "Berlin", "isp"):
        assert finer.encode() not in stored
    went_out: list[str] = []
    _watched.append(went_out)
    found = [
        geography.place_of(ip) for ip in ("192.0.2.1", "192.0.2.200", "198.51.100.255", "2001:db8:1:9::7")
    ]
    _watched.clear()
    assert went_out == []
    assert found == [Place("DE", "DE-BY"), NOWHERE, Place("US", "US-CA"), Place("FR")]
    for nobodys in ("203.0.113.5", "2001:db8:2::1", "10.0.0.1", "::1", "no address", ""):
        assert geography.place_of(nobodys) == NOWHERE
    assert geography.attribution() == "By a test"


@pytest.mark.invariant("D01", "D05", "D06")
def test_a_range_file_does_as_well_and_another_takes_its_place_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "ranges.csv"
    file.write_text(
        "start,end,country,region\n192.0.2.0,192.0.2.9,DE,DE-BY\n2001:db8::,2001:db8:0:1:ffff::,US,\n"
    )
    assert run("geo", ["import", str(file)]) == 0
    assert geography.place_of("192.0.2.9") == Place("DE", "DE-BY")
    assert geography.place_of("192.0.2.10") == NOWHERE
    assert geography.place_of("2001:db8:0:1::1").country == "US"
    file.write_text("192.0.2.0,192.0.2.255,FR\n")
    assert run("geo", ["import", str(file)]) == 0
    assert geography.place_of("192.0.2.9") == Place("FR")
    capsys.readouterr()
    assert run("geo", ["show", "--json"]) == 0
    assert '"countries": 1' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("192.0.2.0,192.0.2.9,DE,BY,Munich\n", "Line 1 has 5 columns"),
        ("192.0.2.0,192.0.2.9,DE,Bavaria\n", "'Bavaria' is no region code"),
        ("192.0.2.0,192.0.2.9,Germany\n", "'Germany' is no country code"),
        ("192.0.2.9,192.0.2.0,DE\n", "does not follow"),
        ("192.0.2.9,2001:db8::,DE\n", "does not follow"),
        ("start,end,country\n1,2,DE\n", "Line 2: start and end are addresses"),
        ("192.0.2.0,192.0.2.9,ZZ\n", "names no country"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_line(folder: Path, content: str, said: str) -> None:
    file = folder / "ranges.csv"
    file.write_text(content)
    with pytest.raises(Invalid, match=said):
        importing.cut(file)
    assert not table.path().exists()


def test_a_table_that_is_cut_short_is_said_in_the_log_and_tells_nothing(folder: Path) -> None:
    assert run("geo", ["import", str(mmdb(folder))]) == 0
    whole = table.path().read_bytes()
    table.path().write_bytes(whole[:-4])
    assert geography.place_of("192.0.2.1") == NOWHERE


RANGES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 60), st.sampled_from(["DE", "US-CA"])), max_size=12
)


@given(RANGES, st.sampled_from([4, 6]))
def test_whatever_the_ranges_each_address_is_where_the_first_of_them_puts_it(
    ranges: list[tuple[int, int, str]], version: int
) -> None:
    shift = 64 if version == 6 else 0
    given = sorted((start << shift, ((start + size + 1) << shift) - 1, code) for start, size, code in ranges)
    made = table.made(given if version == 4 else [], given if version == 6 else [])
    taken: dict[int, str] = {}
    for first, last, code in given:
        for number in range(first >> shift, (last >> shift) + 1):
            taken.setdefault(number, code)
    for number in range(470):
        address = str((ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address)(number << shift))
        code = taken.get(number, "")
        assert made.find(address) == Place(code[:2], code if len(code) > 2 else "")
