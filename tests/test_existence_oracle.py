"""Whether an address has an account does not show in how long an answer takes, at any door where somebody may try one.

That the text is the same, too, is tested beside each door (`accounts/tests/test_signing_in.py`, `test_signing_up.py`,
`test_invitations.py`). Here the doors are asked of a web process, TRIES times for each kind, the kinds in turn and the
order of each pair by chance, with the limits off.
"""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import NamedTuple

import httpx
import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from pytest_django import Settings

from seconder.accounts.enrolling import enrol
from seconder.accounts.models import Person
from seconder.testing import Cast, enter, serving
from tests.ranks import chance_of

TRIES = 200
AT_ONCE = 4  # so few that each is answered within the beat
LIKELY = (
    0.01  # below, two samples count as different; once in a hundred measurements of alike ones that is chance
)
APART = 0.05  # of the medians
WRONG = {"code": "000000"}


class Tried(NamedTuple):
    """`took`: seconds of each request of the try, in turn."""

    took: list[float]
    said: list[tuple[int, str]]


Door = Callable[[str, str], Tried]  # the address of the site and the one that is tried


def _timed(client: httpx.Client, steps: list[tuple[str, dict[str, str]]]) -> Tried:
    tried = Tried([], [])
    page = client.get(steps[0][0]).text
    for path, typed in steps:
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page
        began = time.perf_counter()
        answer = client.post(path, data={**typed, "csrfmiddlewaretoken": token[1]})
        tried.took.append(time.perf_counter() - began)
        tried.said.append((answer.status_code, answer.headers.get("Location", "")))
    return tried


def _stranger(there: str, steps: list[tuple[str, dict[str, str]]]) -> Tried:
    with httpx.Client(base_url=there, timeout=30) as client:
        return _timed(client, steps)


def sign_in(there: str, address: str) -> Tried:
    return _stranger(there, [("/sign-in/", {"login": address, "password": "nine green bottles on a wall"})])


def code(there: str, address: str) -> Tried:
    return _stranger(there, [("/sign-in/code/", {"email": address}), ("/sign-in/code/confirm/", WRONG)])


def reset(there: str, address: str) -> Tried:
    return _stranger(
        there, [("/sign-in/forgotten/", {"email": address}), ("/sign-in/forgotten/confirm/", WRONG)]
    )


_names = count()


def sign_up(there: str, address: str) -> Tried:
    typed = {
        "email": address,
        "password1": "a river runs past my window",
        "username": f"trying-{next(_names)}",
        "name": "Eve",
        "is_old_enough": "true",
        "accepts_policy": "true",
    }
    return _stranger(there, [("/sign-up/", typed), ("/sign-up/confirm/", WRONG)])


def invitation(there: str, address: str, session: str = "") -> Tried:
    with httpx.Client(base_url=there, timeout=30, cookies={"sessionid": session}) as client:
        typed = {"email": address, "role": "member", "teams": "", "message": ""}
        return _timed(client, [("/demo/invitations/new/", typed)])


DOORS: dict[str, Door] = {
    "sign in": sign_in,
    "code": code,
    "reset": reset,
    "sign up": sign_up,
    "invitation": invitation,
}
STEPS = {"code": ["code", "code: a wrong one"], "reset": ["reset", "reset: a wrong code"],
         "sign up": ["sign up", "sign up: a wrong code"]}  # fmt: skip


@pytest.fixture
def known(cast: Cast) -> Iterator[str]:
    """Addresses of people with passwords, who belong nowhere; enough to try each once, also the second time."""
    people = [enrol(f"known{number:04}@example.net", "Known") for number in range(2 * (TRIES + 1))]
    Person.objects.filter(pk__in=[person.pk for person in people]).update(
        password=make_password("the password of all of them")
    )
    return iter([person.email for person in people])


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", DOORS)
def test_how_long_it_takes_does_not_tell(
    cast: Cast, known: Iterator[str], settings: Settings, name: str
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    door = DOORS[name]
    if name == "invitation":
        door = partial(invitation, session=enter(Client(), cast.alice).cookies["sessionid"].value)
    with serving() as there:
        # What leaves on no beat is measured alone.
        measure = partial(_measure, there, door, known, 1 if name == "invitation" else AT_ONCE)
        measured = measure()
        for step, label in enumerate(STEPS.get(name, [name])):
            if not _alike(label, measured, step):
                # Of alike ones one in a hundred is told apart by chance; hardly any is twice.
                assert _alike(f"{label}, again", measure(), step)


_strangers = count()


def _measure(there: str, door: Door, known: Iterator[str], at_once: int) -> tuple[list[Tried], list[Tried]]:
    """Of known and of strange addresses, which are of the same length."""
    door(there, next(known))  # what is read once per process is read now

    def pair(_: int) -> tuple[Tried, Tried]:
        kinds = [(0, next(known)), (1, f"other{next(_strangers):04}@example.net")]
        if chance.random() < 0.5:
            kinds.reverse()
        tried = {kind: door(there, address) for kind, address in kinds}
        return tried[0], tried[1]

    chance = random.Random(7)
    with ThreadPoolExecutor(at_once) as pool:
        pairs = list(pool.map(pair, range(TRIES)))
    return [one for one, _ in pairs], [other for _, other in pairs]


def _alike(label: str, measured: tuple[list[Tried], list[Tried]], step: int) -> bool:
    known, strange = ([tried.took[step] for tried in kind] for kind in measured)
    said = {tried.said[step] for kind in measured for tried in kind}
    middle, other = statistics.median(known), statistics.median(strange)
    apart, likely = abs(middle / other - 1), chance_of(known, strange)
    print(
        f"{label}: {TRIES} tries each, medians {middle * 1000:.2f} and {other * 1000:.2f} ms,"
        f" {apart:.2%} apart, p = {likely:.3f}, answered {said}"
    )
    assert len(said) == 1
    return apart < APART and likely > LIKELY


# Worked with scipy.stats.mannwhitneyu(first, second, method="asymptotic").
TIED = [1, 2, 2, 3, 5, 8, 8, 9, 12, 13, 14, 15, 15, 15, 18, 19, 20, 22, 23, 25]
LATER = [4, 5, 6, 7, 8, 10, 11, 15, 16, 17, 21, 24, 24, 26, 27, 28, 29, 30, 31, 33]


def test_the_ruler_measures() -> None:
    assert chance_of(TIED, LATER) == pytest.approx(0.040962228217)
    assert chance_of(LATER, TIED) == pytest.approx(0.040962228217)
    assert chance_of([1.0] * 30, [1.0] * 30) == 1.0
    assert chance_of(list(range(30)), list(range(100, 130))) < 1e-9
