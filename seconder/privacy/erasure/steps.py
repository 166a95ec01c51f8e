"""What is done to erase somebody, in this order. Each step is one transaction and may be done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django_scopes import scopes_disabled

from seconder.accounts.changed import access_changed
from seconder.accounts.identity import letters
from seconder.accounts.invitations import forgetting
from seconder.accounts.models import ApiKey, Organization, Person, Session, SignInLink
from seconder.accounts.people import inheriting
from seconder.core import mail
from seconder.core.encryption import keyring
from seconder.core.models import DataKey
from seconder.events.by import SYSTEM
from seconder.privacy.erasure import clearing
from seconder.privacy.erasure.bound import bound
from seconder.privacy.holdings.finding import holdings
from seconder.privacy.models import Erasure
from seconder.privacy.subject import Subject

_ACCOUNT = "accounts.person"


@dataclass(frozen=True)
class Step:
    """`is_physical`: works on files, outside a transaction."""

    name: str
    do: Callable[[Erasure], None]
    is_physical: bool = False


def subject_of(erasure: Erasure) -> Subject:
    return Subject(erasure.person_id, str(erasure.address or ""))


def _end_access(erasure: Erasure) -> None:
    """Nobody signs in as them any more, nor does a key of theirs work. The address is read here for the last time."""
    rows = Person.objects.select_for_update()
    person = rows.filter(pk=erasure.person_id).first() if erasure.person_id else None
    if person is None:
        return
    erasure.address = person.email
    erasure.save(update_fields=["address"])
    Person.objects.filter(pk=person.pk).update(is_active=False)
    Session.objects.filter(person=person).end()
    SignInLink.objects.filter(person=person).delete()
    with scopes_disabled():
        for key in ApiKey.objects.filter(person=person, is_service=False, revoked_at=None):
            key.revoke(SYSTEM, reason="its person is erased")
    access_changed()


def _pass_on(erasure: Erasure) -> None:
    """What colleagues need goes to them; an organization that has nobody else ends."""
    if erasure.person_id:
        for organization in inheriting.pass_on_seats(erasure.person_id, erasure.heirs):
            _close(organization)


def _close(organization: Organization) -> None:
    key = organization.pk
    with scopes_disabled():
        for close in bound.closes:
            close(key)
        organization.memberships.all().delete()
        organization.invitations.all().delete()
        organization.delete()
    DataKey.objects.filter(owner_id=key).delete()


def _end_work(erasure: Erasure) -> None:
    for end in bound.ends:
        end(subject_of(erasure))


def _reword(erasure: Erasure) -> None:
    subject = subject_of(erasure)
    if subject.address:
        changed = [table for reword in bound.rewords for table in reword(subject)]
        changed += forgetting.forget_address(subject.address)
        _count(erasure, dict.fromkeys(changed, 1))


def _delete_rows(erasure: Erasure) -> None:
    letters.forget_to(str(erasure.address or ""))
    counts = {}
    for held in holdings(subject_of(erasure)):
        if held.label != _ACCOUNT:
            counts[held.label] = held.deletes.delete()[1].get(held.model._meta.label, 0)
    _count(erasure, counts)


def _destroy_key(erasure: Erasure) -> None:
    if erasure.person_id:
        DataKey.objects.filter(owner_id=erasure.person_id).delete()
        keyring.forget()


def _delete_account(erasure: Erasure) -> None:
    gone, _ = Person.objects.filter(pk=erasure.person_id).delete() if erasure.person_id else (0, {})
    _count(erasure, {_ACCOUNT: min(gone, 1)})


def _look_again(erasure: Erasure) -> None:
    """For what was under way while the steps before were done: a letter that was just sent, a run's last step."""
    _delete_rows(erasure)
    _destroy_key(erasure)


def _clear_outbox(erasure: Erasure) -> None:
    mail.forget(str(erasure.address or ""))


def _clear_files(erasure: Erasure) -> None:
    erasure.remarks = clearing.clear([label for label, count in erasure.counts.items() if count])
    erasure.save(update_fields=["remarks"])


def _count(erasure: Erasure, counts: dict[str, int]) -> None:
    for label, count in counts.items():
        if count:
            erasure.counts[label] = erasure.counts.get(label, 0) + count
    erasure.save(update_fields=["counts"])


STEPS = [
    Step("access", _end_access),
    Step("seats", _pass_on),
    Step("work", _end_work),
    Step("names", _reword),
    Step("rows", _delete_rows),
    Step("key", _destroy_key),
    Step("account", _delete_account),
    Step("again", _look_again),
    Step("outbox", _clear_outbox, is_physical=True),
    Step("files", _clear_files, is_physical=True),
]
