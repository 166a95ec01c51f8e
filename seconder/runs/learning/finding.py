"""What people did again and again. The same cases, in whatever order, give the same findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from seconder.core import paths
from seconder.core.encryption import keyed_hash
from seconder.core.json import JSON, canonical
from seconder.runs.learning.past import Case
from seconder.runs.learning.signs import IS, Sign, sign, signs_of, threshold

NEEDED = 3  # decisions alike; also where one person made them all, as whoever accepts it is told
SHARE = 0.2  # of the cases that it would have changed, those that people approved as they were, at most
Verdict = Literal["rejected", "edited"]


@dataclass(frozen=True)
class Finding:
    """`sign`: what the cases share; of edits, the value that people gave. `old`: of edits, the value in whose place
    they gave it, as a sign; None where it was now this and now that. `also`: others that part the same cases."""

    verdict: Verdict
    kind: str
    place: str
    sign: Sign
    old: Sign | None
    supports: tuple[Case, ...]
    against: tuple[Case, ...]
    also: tuple[Sign, ...] = ()

    @property
    def maker(self) -> str:
        """The step whose output an edit changed; of an action, the tool; of a rejection, the step that asked."""
        path = paths.parse(self.sign.path)
        is_output = self.verdict == "edited" and self.kind == "review" and path[0] == "steps"
        return str(path[1]) if is_output else self.place

    @property
    def key(self) -> str:
        """Names it without telling its value: a hash that only this installation can compute."""
        old = self.old.literal if self.old else None
        named: list[JSON] = [
            self.verdict,
            self.kind,
            self.place,
            self.sign.path,
            self.sign.how,
            self.sign.literal,
            old,
        ]
        return keyed_hash(canonical(named).decode(), "learning")


def is_clear(supports: int, against: int) -> bool:
    return supports >= NEEDED and against <= SHARE * (supports + against)


def findings(cases: Iterable[Case]) -> list[Finding]:
    """What has most cases first."""
    ordered = sorted(cases, key=lambda case: case.order)
    found = [*_rejected(ordered), *_edited(ordered)]
    return sorted(found, key=lambda one: (-len(one.supports), one.place, one.sign.path, one.sign.literal))


def _grouped(
    cases: Iterable[Case], by: Callable[[Case], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Case]]:
    groups: dict[tuple[str, ...], list[Case]] = defaultdict(list)
    for case in cases:
        groups[by(case)].append(case)
    return groups


def _rejected(cases: list[Case]) -> Iterator[Finding]:
    """Of one tool, or one step. What parts the same cases is one finding: the sign against which least speaks, and
    which is narrowest."""
    for (kind, place), group in sorted(_grouped(cases, lambda case: (case.kind, case.place)).items()):
        alike: dict[tuple[Case, ...], list[tuple[Sign, tuple[Case, ...]]]] = defaultdict(list)
        for one, holders in _shared(group):
            rejected = tuple(case for case in holders if case.outcome == "rejected")
            approved = tuple(case for case in holders if case.outcome == "approved")
            if is_clear(len(rejected), len(approved)):
                alike[rejected].append((one, approved))
        for rejected, ways in alike.items():
            ways.sort(key=lambda way: (len(way[1]), way[0].width))
            (best, against), *others = ways
            also = tuple(other for other, _ in others if other.path != best.path)
            yield Finding("rejected", kind, place, best, None, rejected, against, also)


def _shared(group: list[Case]) -> Iterator[tuple[Sign, list[Case]]]:
    """Each sign with the cases that have it, in the order in which the values are shown."""
    holders: dict[Sign, list[Case]] = defaultdict(list)
    numbers: dict[str, list[tuple[float, Case]]] = defaultdict(list)
    for case in group:
        for path, value in case.asked.items():
            for one in signs_of(path, value):
                holders[one].append(case)
            if isinstance(value, int | float) and not isinstance(value, bool):
                numbers[path].append((value, case))
    yield from holders.items()
    for path, pairs in numbers.items():
        rejected = [pair for pair in pairs if pair[1].outcome == "rejected"]
        approved = [number for number, case in pairs if case.outcome == "approved"]
        if min(len(rejected), len(approved)) >= NEEDED and len({number for number, _ in rejected}) > 1:
            parting = threshold(path, [number for number, _ in rejected], approved)
            if parting:
                yield parting, [case for _, case in rejected]


def _edited(cases: list[Case]) -> Iterator[Finding]:
    """Of one place of one step or tool, among what was approved."""
    places: dict[tuple[str, str, str], list[Case]] = defaultdict(list)
    for case in cases:
        if case.outcome == "approved":
            for path in case.asked.keys() & case.stands.keys():
                places[case.kind, case.place, path].append(case)
    for (kind, place, path), group in sorted(places.items()):
        yield from _of_path(kind, place, path, group)


def _of_path(kind: str, place: str, path: str, group: list[Case]) -> Iterator[Finding]:
    def given(case: Case) -> Sign:
        return sign(path, IS, case.stands[path])

    def found(case: Case) -> Sign:
        return sign(path, IS, case.asked[path])

    edited = [case for case in group if found(case) != given(case) and case.stands[path] is not None]
    always: set[Sign] = set()
    for new, same in _by(edited, given).items():
        against = tuple(case for case in group if found(case) != new and given(case) != new)
        if len({found(case) for case in same}) > 1 and is_clear(len(same), len(against)):
            always.add(new)
            yield Finding("edited", kind, place, new, None, tuple(same), against)
    for old, alike in _by(edited, found).items():
        for new, same in _by(alike, given).items():
            against = tuple(case for case in group if found(case) == old and given(case) != new)
            if new not in always and is_clear(len(same), len(against)):
                yield Finding("edited", kind, place, new, old, tuple(same), against)


def _by(cases: list[Case], what: Callable[[Case], Sign]) -> dict[Sign, list[Case]]:
    groups: dict[Sign, list[Case]] = defaultdict(list)
    for case in cases:
        groups[what(case)].append(case)
    return groups
