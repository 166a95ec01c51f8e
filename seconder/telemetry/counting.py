"""One day's counts of this process: its key, whom it has counted, the visits that go on. All ends with the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from seconder.accounts.devices import described
from seconder.core.geography import place_of
from seconder.telemetry.measures import LASTED, LENGTHS, UNKNOWN, bucket_of, measure_of
from seconder.telemetry.measuring import Count, Look, Note, Took
from seconder.telemetry.models import Measurement
from seconder.telemetry.visitors import DayKey

PAUSE = timedelta(minutes=30)  # after which somebody who comes back begins another visit
REMEMBERED = 300_000  # tokens; beyond, the database alone knows what is counted
_MINUTES = (1, 5, 15, 60)
_PAGES = (1, 5, 20)


@dataclass
class Visit:
    began: datetime
    last: datetime
    route: str  # the page just looked at: what stood before it is forgotten
    is_known: bool  # whether somebody is signed in
    pages: int = 1


class Day:
    """`rows` and `took` are what is new since they were taken."""

    def __init__(self, date: date) -> None:
        self.date = date
        self.rows: list[Measurement] = []
        self.took: Counter[tuple[str, int]] = Counter()
        self._key = DayKey()
        self._counted: set[bytes] = set()
        self._cells: Counter[bytes] = Counter()
        self._visits: dict[bytes, Visit] = {}

    def add(self, note: Note, *, may_link: bool) -> None:
        """`may_link`: whether this person or browser lets one page be counted with the next."""
        if isinstance(note, Took):
            self.took[note.route, bucket_of(note.seconds)] += 1
        elif isinstance(note, Count):
            self._count(self._key.whom(note.who), note.measure, note.cell)
        else:
            self._look(note, may_link=may_link)

    def _look(self, look: Look, *, may_link: bool) -> None:
        self.took[look.route, bucket_of(look.seconds)] += 1
        if not look.who:
            return
        whom = self._key.whom(look.who)
        for measure, cell in _of_person(look) if look.who.person else _of_address(look):
            self._count(whom, measure, cell)
        if look.is_visit:
            self._visit(whom, look, may_link=may_link)

    def _visit(self, whom: bytes, look: Look, *, may_link: bool) -> None:
        visit = self._visits.get(whom)
        if visit is None or look.at - visit.last > PAUSE:
            if visit:
                self._end(whom, visit)
            self._visits[whom] = Visit(look.at, look.at, look.route, is_known=bool(look.who.person))
            return
        if may_link and visit.route != look.route:
            ways = "ways" if visit.is_known else "public ways"
            self._count(whom, ways, " + ".join(sorted((visit.route, look.route))))
        visit.last, visit.route, visit.pages = max(visit.last, look.at), look.route, visit.pages + 1

    def end_visits(self, before: datetime | None = None) -> None:
        """Those that paused since; without a moment, all."""
        for whom, visit in list(self._visits.items()):
            if before is None or visit.last < before:
                self._end(whom, self._visits.pop(whom))

    def _end(self, whom: bytes, visit: Visit) -> None:
        if not visit.is_known:
            return
        minutes = (visit.last - visit.began) / timedelta(minutes=1)
        self._count(whom, "visits", _step(minutes, _MINUTES, LASTED, is_below=True))
        self._count(whom, "lengths", _step(visit.pages, _PAGES, LENGTHS))

    def _count(self, whom: bytes, name: str, cell: str) -> None:
        """Once, whatever comes; and in no more cells than one person may be counted in."""
        token = self._key.token(whom, name, cell)
        if token in self._counted:
            return
        if len(self._counted) >= REMEMBERED:
            self._counted.clear()
        room = self._key.token(whom, name, "")
        measure = measure_of(name)
        if self._cells[room] >= measure.cap or not measure.has(cell):
            return
        self._cells[room] += 1
        self._counted.add(token)
        self.rows.append(
            Measurement(token=token, day=self.date, measure=name, cell=cell, mark=self._key.mark)
        )


def _of_address(look: Look) -> Iterator[tuple[str, str]]:
    """Nobody is signed in: that a public page was opened."""
    if look.is_visit:
        yield "visitors", "everybody"
        yield "public", look.route


def _of_person(look: Look) -> Iterator[tuple[str, str]]:
    yield "people", "everybody"
    yield "routes", look.route
    yield "hours", f"{look.at:%H}"
    if look.agent:
        browser, system, kind = described(look.agent)
        yield "browsers", browser or UNKNOWN
        yield "systems", system or UNKNOWN
        yield "devices", kind
        place = place_of(look.who.address)
        yield "countries", place.country or UNKNOWN
        yield "regions", place.region or UNKNOWN


def _step(value: float, bounds: tuple[int, ...], names: tuple[str, ...], *, is_below: bool = False) -> str:
    """The name of the first bound that the value is below, or not above."""
    for bound, name in zip(bounds, names, strict=False):
        if value < bound or (value == bound and not is_below):
            return name
    return names[-1]
