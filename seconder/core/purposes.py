"""What personal data is used for, by name, and under which of them the code runs just now.

`service` is the plain service and needs no words; everything else states its purpose around the reads:

    with purpose("service.notifications"):
        …

Purposes form a tree by their names (`service.runs` stands under `service`), and a child only narrows: `widened` finds
what does not. Whether a person lets theirs be used is asked with `allowed`; who answers is bound in `wiring.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Basis = Literal["contract", "consent", "legal obligation", "legitimate interest"]
# How a person, or the organization that signed for them, ends a use.
Way = Literal["consent", "objection", "signal", "opt-out", "agreement"]


@dataclass(frozen=True)
class Purpose:
    """`use`: a fideslang key · `bases`: jurisdiction → legal basis · `clauses`: ids of the policy's · `needs_consent`:
    nothing happens before a person said yes · `stoppable_by`: what ends it for a person · `reads`: what else's data it
    reads, besides what stands above and below it; a name stands for all below it."""

    id: str
    words: str
    use: str
    bases: Mapping[str, Basis]
    clauses: tuple[str, ...]
    needs_consent: bool = False
    stoppable_by: tuple[Way, ...] = ()
    reads: tuple[str, ...] = ()

    @property
    def parent(self) -> Purpose | None:
        return PURPOSES.get(self.id.rpartition(".")[0])


_CONTRACT: Mapping[str, Basis] = {"EU": "contract"}
_INTEREST: Mapping[str, Basis] = {"EU": "legitimate interest"}
_LAW: Mapping[str, Basis] = {"EU": "legal obligation"}
_CONSENT: Mapping[str, Basis] = {"EU": "consent"}
_WHATEVER_IS_HELD = ("service", "analytics", "privacy", "legal", "ai")

_ALL = (
    Purpose(
        "service",
        "Provide the service that the person asked for",
        "essential.service",
        _CONTRACT,
        ("V-01", "C-02"),
    ),
    Purpose(
        "service.accounts",
        "Know who signs in and what they may do",
        "essential.service.authentication",
        _CONTRACT,
        ("C-01", "C-05", "C-06", "C-08", "V-10", "V-11"),
        reads=("service.security", "service.notifications", "service.record"),
    ),
    Purpose(
        "service.security",
        "Protect accounts and find misuse",
        "essential.service.security",
        _INTEREST,
        ("A-01", "A-05", "D-01", "V-11", "V-12", "V-13", "V-14"),
        reads=("service.accounts", "service.notifications", "service.record"),
    ),
    Purpose(
        "service.runs",
        "Do the work that a person gave to an agent",
        "essential.service",
        _CONTRACT,
        ("C-02", "C-10", "V-02", "V-03", "V-04"),
        reads=("service.accounts", "service.reviews", "service.notifications", "service.record"),
    ),
    Purpose(
        "service.reviews",
        "Ask named people to decide, and keep what they decided",
        "essential.service",
        _CONTRACT,
        ("V-03", "C-10"),
        reads=("service.accounts", "service.runs", "service.notifications", "service.record"),
    ),
    Purpose(
        "service.notifications",
        "Tell people what waits for them and what happened",
        "essential.service.notifications",
        _CONTRACT,
        ("V-05", "V-06", "V-09"),
        reads=("service.accounts", "service.runs", "service.reviews", "service.record"),
    ),
    Purpose(
        "service.record",
        "Keep a record of who did what that can be verified",
        "essential.service.operations",
        _INTEREST,
        ("V-12", "V-21"),
        reads=("service.accounts", "service.runs", "service.reviews"),
    ),
    Purpose(
        "service.operations",
        "Keep the installation running",
        "essential.service.operations",
        _INTEREST,
        ("V-01",),
    ),
    Purpose(
        "service.errors",
        "Find and mend what went wrong",
        "essential.service.operations",
        _INTEREST,
        ("U-05", "S-02", "R-07"),
    ),
    Purpose(
        "analytics.visits",
        "See the path of one visit through the pages, by a number in the browser",
        "analytics.reporting",
        _CONSENT,
        ("A-05", "K-01", "K-03"),
        needs_consent=True,
        stoppable_by=("consent", "signal", "opt-out"),
    ),
    Purpose(
        "analytics.others",
        "Let an analytics provider count which pages are opened",
        "analytics.reporting",
        _CONSENT,
        ("T-01", "R-06"),
        needs_consent=True,
        stoppable_by=("consent", "signal", "opt-out"),
    ),
    Purpose(
        "analytics.usage",
        "See which parts of the product are used, without knowing by whom",
        "functional.service.improve",
        _INTEREST,
        ("A-02", "A-03", "A-04", "U-01", "U-02", "U-03", "U-06", "D-03", "V-18", "V-19", "V-20"),
        stoppable_by=("objection", "agreement"),
        reads=("service.record",),
    ),
    Purpose(
        "analytics.performance",
        "See how fast the product answers",
        "analytics.reporting.system.performance",
        _INTEREST,
        ("U-04", "V-18"),
        stoppable_by=("objection", "agreement"),
    ),
    Purpose(
        "privacy.requests",
        "Answer what people ask about their own data",
        "essential.legal_obligation",
        _LAW,
        ("Z-01", "G-01", "V-21"),
        reads=_WHATEVER_IS_HELD,
    ),
    Purpose(
        "privacy.choices",
        "Remember what people chose about their data",
        "functional.storage.privacy_preferences",
        _LAW,
        ("K-04", "T-09"),
        reads=("service.accounts", "service.notifications", "service.record", "privacy.requests"),
    ),
    Purpose(
        "legal.requests",
        "Answer authorities and courts, as far as the law says",
        "third_party_sharing.legal_obligation",
        _LAW,
        ("R-11a", "R-11b", "R-11c", "R-11d"),
        reads=_WHATEVER_IS_HELD,
    ),
    Purpose(
        "ai.training",
        "Train language models on what people wrote",
        "train_ai_system",
        _CONSENT,
        ("V-19",),
        needs_consent=True,
        stoppable_by=("consent", "opt-out", "agreement"),
    ),
)
PURPOSES: dict[str, Purpose] = {each.id: each for each in _ALL}

PLAIN = "service"
_current: ContextVar[str] = ContextVar("purpose", default=PLAIN)


class UnknownPurpose(ValueError):
    """No such purpose is declared; data may not be used for it."""


def declared(name: str) -> Purpose:
    """Raises UnknownPurpose."""
    try:
        return PURPOSES[name]
    except KeyError:
        raise UnknownPurpose(
            f"{name!r} is not a declared purpose: add it to core.purposes, or use one of those."
        ) from None


@contextmanager
def purpose(name: str) -> Iterator[None]:
    token = _current.set(declared(name).id)
    try:
        yield
    finally:
        _current.reset(token)


def begin(name: str) -> None:
    """For a thread that does nothing else: all that it reads is for this."""
    _current.set(declared(name).id)


def current_purpose() -> str:
    return _current.get()


# `judge(person, purpose)`: whether this way leaves the use open to the person's data.
Judge = Callable[[uuid.UUID, str], bool]
_judges: dict[Way, Judge] = {}


def bind_judge(way: Way, judge: Judge) -> None:
    """Who knows what people said in this way. Consent that nobody keeps was given by nobody."""
    _judges[way] = judge


_rules: list[Judge] = []


def bind_rule(rule: Judge) -> None:
    """What holds for every purpose, whatever can stop it."""
    if rule not in _rules:
        _rules.append(rule)


def allowed(person_id: uuid.UUID, name: str) -> bool:
    """Whether this person's data may be used for that just now. Asks nobody where nothing can stop it."""
    use = declared(name)
    if use.needs_consent and "consent" not in _judges:
        return False
    ways: tuple[Way, ...] = ("consent",) if use.needs_consent else ()
    asked = dict.fromkeys((*ways, *use.stoppable_by))
    judges = (_judges[way] for way in asked if way in _judges)
    with purpose("privacy.choices"):
        return all(judge(person_id, name) for judge in (*judges, *_rules))


def widened() -> Iterator[tuple[str, str]]:
    """(purpose, how it goes beyond the one that it stands under)."""
    for each in PURPOSES.values():
        above = each.parent
        if above is None:
            continue
        if not is_under(each.use, above.use):
            yield each.id, f"is a use of another kind ({each.use}) than {above.id} ({above.use})"
        if above.needs_consent and not each.needs_consent:
            yield each.id, f"would begin without the consent that {above.id} needs"
        if lost := sorted(set(above.stoppable_by) - set(each.stoppable_by)):
            yield each.id, f"would not be stopped by what stops {above.id}: {', '.join(lost)}"
        if further := sorted(set(each.bases) - set(above.bases)):
            yield each.id, f"has a legal basis where {above.id} has none: {', '.join(further)}"


def reads(name: str, kept_for: str) -> bool:
    """Whether what is kept for the one may be read for the other."""
    if is_under(kept_for, name) or is_under(name, kept_for):
        return True
    return any(is_under(kept_for, other) for other in declared(name).reads)


def is_under(name: str, other: str) -> bool:
    """Whether it is the other, or stands below it in the tree of names."""
    return name == other or name.startswith(f"{other}.")
