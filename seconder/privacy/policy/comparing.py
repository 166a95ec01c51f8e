"""What differs between two policies, and how much each difference weighs for the people whose data it is.

`editorial`: nothing that concerns them · `material`: they are told before it counts · `consent-needed`: a new
purpose, to which each may say yes for what they gave before, and does not have to. What cannot be judged weighs as
material: a promise that reads otherwise may promise less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from seconder.privacy.policy.text import name_of
from seconder.privacy.policy.words import ERASURES, SOURCES, kind_of_data, lasting

Weight = Literal["editorial", "material", "consent-needed"]
WEIGHTS: tuple[Weight, ...] = ("editorial", "material", "consent-needed")
Facts = Any  # JSON as `facts` makes it
_FOREVER = 10**6  # days: no clock ends it
_FROM_STRONG = list(ERASURES)


@dataclass(frozen=True)
class Change:
    """`about`: which section it is in · `words`: what is so now · `begins`: somebody new gets data."""

    about: str
    words: str
    weight: Weight
    begins: bool = False


def changes(before: Facts, after: Facts) -> list[Change]:
    """Both as the `facts` of a document; none where nothing differs."""
    return [
        change
        for compare in (_purposes, _data, _recipients, _cookies, _clauses, _who)
        for change in compare(before, after)
    ]


def weight_of(found: list[Change]) -> Weight:
    """The heaviest; words alone are editorial."""
    return max((change.weight for change in found), key=WEIGHTS.index, default="editorial")


def new_purposes(before: Facts, after: Facts) -> list[str]:
    return sorted(set(after["purposes"]) - set(before["purposes"]))


def _purposes(before: Facts, after: Facts) -> Iterator[Change]:
    for name, old, new in _pairs(before["purposes"], after["purposes"]):
        if old is None:
            forced = set(new["bases"].values()) == {"legal obligation"}
            yield Change(
                "purposes",
                f"Data is now used for this as well: {new['words']}.",
                "material" if forced else "consent-needed",
            )
        elif new is None:
            yield Change("purposes", f"Data is no longer used for this: {old['words']}.", "editorial")
        else:
            yield from _narrower(name, old, new)


def _narrower(name: str, old: Facts, new: Facts) -> Iterator[Change]:
    said = f"“{new['words']}”"
    if old["words"] != new["words"] or old["use"] != new["use"]:
        yield Change("purposes", f"“{old['words']}” ({name}) now reads: {new['words']}.", "material")
    if old["bases"] != new["bases"]:
        yield Change("purposes", f"Why the law allows {said} has changed.", "material")
    if old["needs_consent"] and not new["needs_consent"]:
        yield Change("purposes", f"{said} no longer waits for your yes.", "material")
    elif new["needs_consent"] and not old["needs_consent"]:
        yield Change("purposes", f"{said} now waits for your yes.", "editorial")
    if set(old["stoppable_by"]) - set(new["stoppable_by"]):
        yield Change("purposes", f"There are fewer ways to stop {said}.", "material")


def _data(before: Facts, after: Facts) -> Iterator[Change]:
    for name, old, new in _pairs(before["data"], after["data"]):
        what = kind_of_data(name)
        if old is None:
            yield Change("data", f"A new kind of data is kept: {what} ({name}).", "material")
        elif new is None:
            yield Change("data", f"No longer kept: {what} ({name}).", "editorial")
        else:
            yield from _wider(what, old, new, after)


def _wider(what: str, old: Facts, new: Facts, after: Facts) -> Iterator[Change]:
    for source in sorted(set(new["sources"]) - set(old["sources"])):
        yield Change("data", f"{what}: it has a new source ({SOURCES[source]}).", "material")
    for subject in sorted(set(new["subjects"]) - set(old["subjects"])):
        yield Change("data", f"{what}: it is now kept about each {subject}.", "material")
    for purpose in sorted(set(new["purposes"]) - set(old["purposes"])):
        said = after["purposes"][purpose]["words"]
        yield Change("data", f"{what}: it is now used for “{said}” as well.", "material")
    longest, was = _longest(new), _longest(old)
    if longest != was:
        yield Change(
            "time",
            f"{what}: it is kept {'longer' if longest > was else 'shorter'}, {_days(longest)} at most "
            f"(before: {_days(was)}).",
            "material" if longest > was else "editorial",
        )
    elif old["kept"] != new["kept"]:
        yield Change("time", f"{what}: how its time is counted has changed.", "material")
    if _weakest(new) > _weakest(old):
        yield Change("time", f"{what}: less of it goes when you are erased.", "material")


def _recipients(before: Facts, after: Facts) -> Iterator[Change]:
    kinds = {each["kind"] for each in before["recipients"].values()}
    for _, old, new in _pairs(before["recipients"], after["recipients"]):
        if old is None:
            weight: Weight = "editorial" if new["kind"] in kinds and _within(new, before) else "material"
            yield Change("recipients", f"{name_of(new)} ({new['kind']}) now gets data.", weight, begins=True)
        elif new is None:
            yield Change("recipients", f"{name_of(old)} no longer gets data.", "editorial")
        else:
            yield from _further(old, new, after)


def _within(new: Facts, before: Facts) -> bool:
    """Whether others of its kind got as much before, for as much, in the same places."""
    alike = [each for each in before["recipients"].values() if each["kind"] == new["kind"]]
    return all(
        set(new[field]) <= {value for each in alike for value in each[field]}
        for field in ("categories", "purposes", "countries")
    ) and new["role"] in {each["role"] for each in alike}


def _further(old: Facts, new: Facts, after: Facts) -> Iterator[Change]:
    name = name_of(new)
    if old["hosts"] != new["hosts"]:
        yield Change("recipients", f"{name} is now reached elsewhere.", "editorial", begins=True)
    for category in sorted(set(new["categories"]) - set(old["categories"])):
        yield Change("recipients", f"{name} now also gets: {kind_of_data(category)}.", "material")
    for purpose in sorted(set(new["purposes"]) - set(old["purposes"])):
        yield Change(
            "recipients", f"{name} is now used for “{after['purposes'][purpose]['words']}”.", "material"
        )
    if set(new["countries"]) - set(old["countries"]):
        yield Change("abroad", f"{name} is now in other countries.", "material")
    if old["role"] != new["role"] and new["role"] != "processor":
        yield Change("recipients", f"{name} now decides more by itself.", "material")
    for field, what in (("transfer", "What protects data at"), ("fallback", "What protects data at")):
        if old[field] and old[field] != new[field]:
            yield Change("abroad", f"{what} {name} has changed.", "material")
    if any(old[field] != new[field] for field in ("name", "entity", "agreement", "since")):
        yield Change("recipients", f"What is known of {name} has changed.", "editorial")


def _cookies(before: Facts, after: Facts) -> Iterator[Change]:
    for name, old, new in _pairs(before["cookies"], after["cookies"]):
        if old is None:
            yield Change(
                "cookies",
                f"The browser keeps something new: {name}.",
                "material" if new["optional"] else "editorial",
            )
        elif new is None:
            yield Change("cookies", f"The browser keeps {name} no longer.", "editorial")
        elif old["optional"] and not new["optional"]:
            yield Change("cookies", f"{name} can no longer be refused.", "material")
        elif (new["kept"] or 0) > (old["kept"] or 0) or (old["http_only"] and not new["http_only"]):
            yield Change("cookies", f"{name} lasts longer, or more can read it.", "material")
        elif old != new:
            yield Change("cookies", f"What is said of {name} has changed.", "editorial")


def _clauses(before: Facts, after: Facts) -> Iterator[Change]:
    for name, old, new in _pairs(before["clauses"], after["clauses"]):
        if old is None:
            yield Change("promises", f"A new promise, {name}: {new}", "editorial")
        elif new is None:
            yield Change("promises", f"No longer promised, {name}: {old}", "material")
        elif old != new:
            yield Change("promises", f"The promise {name} reads otherwise: {new}", "material")


def _who(before: Facts, after: Facts) -> Iterator[Change]:
    old, new = before["controller"], after["controller"]
    if old["name"] and old["name"] != new["name"]:
        yield Change("who", "Somebody else answers for the data.", "material")
    if old["country"] and old["country"] != new["country"]:
        yield Change("who", "The installation stands in another country.", "material")
    others = {key for key in new if key not in ("name", "country")}
    if any(old[key] != new[key] for key in others) or (not old["name"] and new["name"]):
        yield Change("who", "What is said of who answers for the data has changed.", "editorial")
    if before["security"] != after["security"]:
        yield Change("security", "Weaknesses are told to another address.", "editorial")
    if after["age"] < before["age"]:
        yield Change("children", "Younger people may have an account.", "material")
    if after["notice_days"] < before["notice_days"]:
        yield Change("changes", "Changes are told later than before.", "material")


def _pairs(before: Facts, after: Facts) -> Iterator[tuple[str, Facts, Facts]]:
    """(name, before, after) of each that is not the same; None where it was not, or is not any more."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield name, old, new


def _longest(datum: Facts) -> int:
    return max(
        (_FOREVER if rule["days"] is None else rule["days"] for rule in datum["kept"].values()), default=0
    )


def _days(days: int) -> str:
    return "without an end" if days == _FOREVER else lasting(days)


def _weakest(datum: Facts) -> int:
    return max(map(_FROM_STRONG.index, datum["erased"]), default=0)
