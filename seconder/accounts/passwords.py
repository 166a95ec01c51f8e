"""What a password must be: long, not a common one, not made of words that anybody would guess for this person.

No rule about kinds of characters, no end after some months (NIST SP 800-63B-4).
"""

from __future__ import annotations

import re

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership, Person
from seconder.accounts.models.person import ALONE

BESIDE_A_FACTOR = 8  # characters
LONGEST = 1000
SHORTEST_WORD = 4  # of a name that counts as somebody's


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes, OWASP's figures: many sign-ins at once must not fill the memory."""

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1


class LongEnough:
    def validate(self, password: str, user: Person | None = None) -> None:
        least = BESIDE_A_FACTOR if user and has_second_factor(user) else ALONE
        if len(password) < least:
            raise ValidationError(
                f"This password has {len(password)} characters; it needs {least}. "
                "A few words in a row are easy to remember.",
                code="password_too_short",
            )
        if len(password) > LONGEST:
            raise ValidationError(f"A password has at most {LONGEST} characters.", code="password_too_long")

    def get_help_text(self) -> str:
        return f"At least {ALONE} characters, or {BESIDE_A_FACTOR} once you have a second factor."


class NotOneOfYourWords:
    """Refuses what is made of the person's names, address and organizations, and of this product's name."""

    def validate(self, password: str, user: Person | None = None) -> None:
        rest = _letters(password)
        for word in sorted(_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < BESIDE_A_FACTOR and len(rest) < len(_letters(password)):
            raise ValidationError(
                "This password is made of words that others know of you. Add some that they do not.",
                code="password_of_known_words",
            )

    def get_help_text(self) -> str:
        return "Not made of your name, your address or your organization."


def has_second_factor(person: Person) -> bool:
    from seconder.accounts.identity.factors import has_second_factor

    return has_second_factor(person)


def _words(person: Person | None) -> set[str]:
    texts = ["seconder"]
    if person:
        texts += [person.name, person.username or "", person.email.replace("@", " ")]
        texts += _organizations(person)
    words = {_letters(word) for text in texts for word in re.split(r"[\W_]+", text)} | {
        _letters(text) for text in texts
    }
    return {word for word in words if len(word) >= SHORTEST_WORD}


def _organizations(person: Person) -> list[str]:
    with scopes_disabled():
        seats = Membership.objects.filter(person=person).select_related("organization")
        return [text for seat in seats for text in (seat.organization.name, seat.organization.slug)]


def _letters(text: str) -> str:
    """The text as a guesser compares it: lower case, no spaces or marks between."""
    return re.sub(r"[\W_]+", "", text.casefold())
