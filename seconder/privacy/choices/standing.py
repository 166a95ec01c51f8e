"""Where a request stands: what its person chose, in this browser or for their account, and whether the browser itself
said no for them. Read from the request and from the person where a door has loaded them; never from the database.

Without an account the choice lies in one cookie: `mark~purposes with a yes~signal`. It holds no identifier, and is the
same for all who chose the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.conf import settings
from django.http import HttpRequest

from seconder.accounts.gate import known
from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.core.purposes import PURPOSES
from seconder.privacy.choices import questions, signal

Heard = Literal["", "header", "script", "account"]
Answers = dict[str, bool]
_SHAPE = re.compile(r"([0-9a-f]{8})~([a-z.+]{0,200})~(script)?")


@dataclass(frozen=True)
class Standing:
    """`heard`: from where the signal came, the strongest first · `answers`: purpose → yes or no, of what is asked
    today."""

    heard: Heard
    answers: Mapping[str, bool]

    @property
    def asks(self) -> bool:
        """Whether the person is still to be asked. Who sends a signal has answered."""
        return not self.heard and any(name not in self.answers for name in questions.asked())

    def allows(self, purpose: str) -> bool:
        """A browser that sends the signal is kept to it, whatever was chosen."""
        if self.heard in ("header", "script") and stops(purpose):
            return False
        return self.answers.get(purpose, False)


def stops(purpose: str) -> bool:
    """Whether the signal ends that use."""
    return "signal" in PURPOSES[purpose].stoppable_by


def of(request: HttpRequest) -> Standing:
    person = known(request)
    in_browser, by_script = read(request.COOKIES.get(settings.CHOICES_COOKIE_NAME, ""))
    heard: Heard = ""
    if signal.heard(request):
        heard = "header"
    elif by_script:
        heard = "script"
    elif person and person.signal_at:
        heard = "account"
    return Standing(heard, in_browser | (of_account(person) if person else {}))


def of_account(person: Person) -> Answers:
    """The answers that hold: to what is asked today, and no older than people are asked anew. The signal has no such
    end: it stays a no until the person says yes all the same."""
    oldest = now().date() - timedelta(days=questions.AGAIN_AFTER)
    said = {
        purpose: is_yes
        for purpose in questions.asked()
        for mark, is_yes, day in [person.choices.get(purpose, ["", False, ""])]
        if mark == questions.mark(purpose) and date.fromisoformat(day) > oldest
    }
    by_signal = {purpose: False for purpose in questions.asked() if person.signal_at and stops(purpose)}
    return by_signal | said


def written(answers: Mapping[str, bool], *, by_script: bool = False) -> str:
    """The value of the cookie."""
    given = "+".join(sorted(purpose for purpose, is_yes in answers.items() if is_yes))
    return f"{questions.mark_of_all()}~{given}~{'script' if by_script else ''}"


def read(value: str) -> tuple[Answers, bool]:
    """(the answers, whether a script heard the signal); none to a question that has changed since."""
    found = _SHAPE.fullmatch(value)
    if not found or found[1] != questions.mark_of_all():
        return {}, False
    given = found[2].split("+")
    return {purpose: purpose in given for purpose in questions.asked()}, bool(found[3])
