"""What there is to say yes or no to: a question for each purpose that an optional cookie serves, or for which somebody
else gets data only after a yes.

The words that a person answered are kept once (`Notice`), under their hash. Whether they are asked again follows from
the `mark`: it changes with what happens after a yes (purpose, cookies, how long), and not with better words.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import timedelta

from seconder.core.cookies import COOKIES, Cookie
from seconder.core.durations import words
from seconder.core.json import JSON, digest
from seconder.core.purposes import PURPOSES
from seconder.core.recipients import RECIPIENTS

AGAIN_AFTER = 183  # days: six months, before which nobody is asked again


@dataclass(frozen=True)
class Question:
    """`title` and `text` are what is shown; `without`: what stops after a no."""

    purpose: str
    title: str
    text: str
    without: str


_WORDS = {
    "analytics.visits": Question(
        "analytics.visits",
        "May we see the path of your visit?",
        "A cookie with a random number for this visit would show us which pages people open one after the other. "
        "It ends 30 minutes after you last open a page, says nothing about who you are, and is read here only.",
        "Nothing that you can notice. Visits are then counted without a cookie, and nobody sees which page followed "
        "which.",
    ),
    "analytics.others": Question(
        "analytics.others",
        "May an analytics provider count the pages you open?",
        "We would tell it which page was opened, in which hour, and with which browser, system and kind of device. It "
        "gets no address of yours, no name and no number, and your browser does not speak to it.",
        "Nothing that you can notice.",
    ),
}


def asked() -> dict[str, Question]:
    """purpose → its question. An optional cookie without a question cannot be asked about, so it is never set."""
    return {name: _WORDS[name] for name in sorted({*_cookies(), *_receivers()}) if name in _WORDS}


def unasked() -> list[str]:
    """For the checks at start: optional cookies about which nobody is asked, or whose purpose needs no yes."""
    return [
        f"The optional cookie {cookie.name} serves {name}, about which nobody is asked: add its question to "
        "seconder.privacy.choices.questions"
        for name, served in sorted(_cookies().items())
        for cookie in served
        if name not in _WORDS or name not in PURPOSES or not PURPOSES[name].needs_consent
    ]


def notice(question: Question) -> str:
    """The whole of what a person who answers has been told."""
    facts = [
        f"Cookie {cookie.name}: {cookie.what}. {_kept(cookie)}."
        for cookie in _cookies().get(question.purpose, ())
    ]
    facts += [f"Receives it: {name}." for name in _receivers().get(question.purpose, ())]
    return "\n".join([question.title, question.text, f"Without it: {question.without}", *facts])


def notice_hash(question: Question) -> str:
    return hashlib.sha256(notice(question).encode()).hexdigest()


def mark(purpose: str) -> str:
    """Eight hexadecimal digits of what a yes would allow."""
    receivers = tuple(_receivers().get(purpose, ()))
    return _mark(purpose, PURPOSES[purpose].use, tuple(_cookies().get(purpose, ())), receivers)


def mark_of_all() -> str:
    """Of everything that is asked, as the cookie of a choice holds it."""
    return _mark_of_all(tuple(mark(name) for name in asked()))


@functools.lru_cache(maxsize=16)
def _mark_of_all(marks: tuple[str, ...]) -> str:
    return digest(list(marks))[:8]


@functools.lru_cache(maxsize=16)
def _mark(purpose: str, use: str, served: tuple[Cookie, ...], receivers: tuple[str, ...]) -> str:
    kept: list[JSON] = [[cookie.name.removeprefix("__Host-"), cookie.kept] for cookie in served]
    others: dict[str, JSON] = {"receivers": [*receivers]} if receivers else {}
    return digest({"purpose": purpose, "use": use, "cookies": kept, **others})[:8]


def _kept(cookie: Cookie) -> str:
    return (
        f"Kept for {words(timedelta(seconds=cookie.kept))}"
        if cookie.kept
        else "Kept until you close the browser"
    )


def _receivers() -> dict[str, list[str]]:
    """purpose → the names of those who get data for it, of recipients that are switched on."""
    found: dict[str, list[str]] = {}
    for each in RECIPIENTS.values():
        for purpose in each.purposes:
            if purpose in _WORDS and each.enabled():
                found.setdefault(purpose, []).append(each.entity or each.name)
    return found


def _cookies() -> dict[str, list[Cookie]]:
    found: dict[str, list[Cookie]] = {}
    for cookie in COOKIES.values():
        if cookie.optional:
            found.setdefault(cookie.purpose, []).append(cookie)
    return found
