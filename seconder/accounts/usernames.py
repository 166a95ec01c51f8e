"""Usernames: plain letters that cannot be mistaken for others, unlike one's address, and never anybody else's again."""

from __future__ import annotations

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from seconder.accounts.models import Person, TakenName
from seconder.core.clock import now
from seconder.core.encryption import keyed_hash
from seconder.ui import words

_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9]|[._-](?=[a-z0-9])){2,29}")
# What looks alike in many a font counts as one: "0l1ver" is "oliver" as far as taking it goes.
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", ".": "", "_": "", "-": ""})
CHANGED_EVERY = timedelta(days=30)
RESERVED = frozenset(
    ["admin", "administrator", "all", "everyone", "here", "me", "owner", "root", "seconder", "security", "support"]
)  # fmt: skip


def checked(username: str) -> str:
    """The username in small letters. Raises ValidationError for one that nobody may have."""
    name = username.strip().lower()
    if not _SHAPE.fullmatch(name):
        raise ValidationError(
            "A username has 3 to 30 characters: the letters a to z, digits, and single dots, hyphens or underscores "
            "between them. Letters of other alphabets look too much alike.",
            code="username_shape",
        )
    if name in RESERVED or _skeleton(name) in map(_skeleton, RESERVED):
        raise ValidationError(
            "This username is kept for the system. Choose another.", code="username_reserved"
        )
    return name


def refuse_likeness(username: str, email: str) -> None:
    """Raises ValidationError where the username would tell the address to the colleagues who see it."""
    if _skeleton(username) == _skeleton(email.partition("@")[0].lower()):
        raise ValidationError(
            "Choose a username that is not the first part of your address.", code="username_of_address"
        )


def is_taken(username: str, person: Person | None = None) -> bool:
    """By somebody else, now or at any time before."""
    holders = TakenName.objects.filter(pk=_hash(username))
    return (holders.exclude(person=person) if person and person.pk else holders).exists()


def take(person: Person, username: str) -> None:
    """Makes it the person's; the caller saves the person. Raises ValidationError where it is taken."""
    try:
        with transaction.atomic():
            name, is_new = TakenName.objects.get_or_create(pk=_hash(username), defaults={"person": person})
    except IntegrityError as clash:
        raise _taken() from clash
    if not is_new and name.person_id != person.pk:
        raise _taken()
    person.username = username


def refuse_haste(person: Person) -> None:
    """Raises ValidationError where the person took one lately: each is gone for everybody else."""
    last = TakenName.objects.filter(person=person).order_by("-taken_at").first()
    if last and (again := last.taken_at + CHANGED_EVERY) > now():
        raise ValidationError(
            f"A username can be changed every {CHANGED_EVERY.days} days: again from {words.day(again)} on.",
            code="username_changed_lately",
        )


def _taken() -> ValidationError:
    return ValidationError(
        "This username is, or once was, somebody else's. Choose another.", code="username_taken"
    )


def _hash(username: str) -> str:
    return keyed_hash(_skeleton(username), "usernames")


def _skeleton(username: str) -> str:
    return username.translate(_ALIKE)
