"""Usernames: plain, unlike the address, and never anybody else's again."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from seconder.accounts import usernames
from seconder.accounts.models import Person, TakenName
from seconder.testing import Cast

pytestmark = pytest.mark.django_db


def test_one_is_taken_once_and_for_all(cast: Cast) -> None:
    usernames.take(cast.bob, "oliver")
    cast.bob.save()
    usernames.take(cast.bob, "olive")
    cast.bob.save()
    for name in ("oliver", "olive", "0liver", "o-l-i-v-e", "o1ive"):
        assert usernames.is_taken(name)
        with pytest.raises(ValidationError, match="somebody else"):
            usernames.take(cast.alice, name)
    usernames.take(cast.bob, "oliver")
    assert cast.bob.username == "oliver"


@pytest.mark.clause("C-08")
def test_it_stays_taken_when_its_person_is_gone(cast: Cast) -> None:
    usernames.take(cast.bob, "oliver")
    Person.objects.filter(pk=cast.bob.pk).delete()
    assert usernames.is_taken("oliver")
    assert "oliver" not in str(TakenName.objects.values_list("hash", flat=True))


@pytest.mark.parametrize(
    "name",
    ["ab", "-ab", "ab-", "a--b", "x" * 31, "bob smith", "bób", "раypal", "b@b", "me", "M3".lower() + "!"],
)
def test_what_can_be_mistaken_is_no_username(name: str) -> None:
    with pytest.raises(ValidationError):
        usernames.checked(name)


@pytest.mark.parametrize("name", ["bob", "bob.smith", "b0b_2", "a-b-c", "Bob "])
def test_plain_ones_are(name: str) -> None:
    assert usernames.checked(name) == name.strip().lower()


def test_it_does_not_give_the_address_away() -> None:
    for name in ("bob.smith", "bobsmith", "b0b-smith"):
        with pytest.raises(ValidationError, match="first part of your address"):
            usernames.refuse_likeness(name, "Bob.Smith@example.com")
    usernames.refuse_likeness("builder", "bob@example.com")
