"""Letting people know of a new version: in the product until they say that they have read it, and by mail, each once.

Who has no account any more, or is switched off, hears nothing. Those who asked for news of who gets data hear of that.
"""

from __future__ import annotations

import uuid

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from seconder.accounts.models import Person
from seconder.core import mail
from seconder.core.clock import now
from seconder.core.mail.kinds import declare_mail
from seconder.core.mail.posting import post
from seconder.core.purposes import purpose
from seconder.core.refusals import NotFound
from seconder.engine import enqueue
from seconder.privacy.models import PolicyNotice, PolicyVersion

TELL = "privacy.tell_of_policy"
AT_ONCE = 200  # mails in one run of the job
POLICY = declare_mail("policy", "service.notifications", is_transactional=True)
log = structlog.get_logger()
_GIVE = """
INSERT INTO privacy_policynotice (id, person_id, version_id, told_at, agreed)
SELECT gen_random_uuid(), id, %s, %s, '[]' FROM accounts_person WHERE is_active ON CONFLICT DO NOTHING
"""


def give_notice(version: PolicyVersion) -> None:
    """To everybody who has an account now, in two statements however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, [version.pk, now()])
    Person.objects.filter(is_active=True).update(policy_notice=version.number)
    enqueue(TELL, version=str(version.pk))


def mail_notices(version_id: uuid.UUID) -> None:
    """Mails a number of those who were not mailed yet, and goes on in a further run until all were."""
    version = PolicyVersion.objects.get(pk=version_id)
    waiting = list(
        PolicyNotice.objects.filter(version=version, mailed_at=None, person__is_active=True)
        .select_related("person")
        .order_by("id")[:AT_ONCE]
    )
    failed = 0
    for notice in waiting:
        failed += not _mailed(notice, version)
    if failed:
        raise mail.MailFailed(f"{failed} notices could not be mailed yet.", retryable=True)
    if len(waiting) == AT_ONCE:
        enqueue(TELL, version=str(version_id))


def _mailed(notice: PolicyNotice, version: PolicyVersion) -> bool:
    """False where it should be tried again. What cannot help to be tried again is left to the product's own notice."""
    with purpose("service.notifications"):
        try:
            post(
                _letter(notice.person, version),
                f"policy-{version.number}-{notice.person_id}",
                person_id=notice.person_id,
            )
        except mail.MailFailed as error:
            if error.retryable and (error.happened == "no" or mail.takes_key()):
                return False
            log.warning("policy.mail_failed", outcome=error.happened)
    PolicyNotice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=now())
    return True


def _letter(person: Person, version: PolicyVersion) -> mail.Mail:
    day = f"{version.effective_from:%-d %B %Y}"
    lines = "\n".join(f"- {change}" for change in version.changes)
    agree = (
        "\n\nThere is a new use among them. It is not made of what you gave before, unless you agree on that page."
        if version.weight == "consent-needed"
        else ""
    )
    return mail.Mail(
        to=(person.email,),
        subject=f"The privacy policy changes on {day}",
        text=f"Hello,\n\nfrom {day} on there is a new version of the privacy policy.\n\n{plain(version.summary)}\n\n"
        f"{lines}{agree}\n\nRead it, and say that you have: {settings.BASE_URL}{reverse('privacy:notice')}\n",
        headers={"Auto-Submitted": "auto-generated"},
        kind=POLICY.name,
    )


def plain(text: str) -> str:
    """What the operator wrote, as a quotation: it may hold any link, and a mail of ours leads to this site alone."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def waiting_for(person: Person) -> PolicyNotice:
    """The notice that the person has not read yet. Raises NotFound."""
    found = (
        PolicyNotice.objects.filter(
            person=person, acknowledged_at=None, version__number=person.policy_notice or 0
        )
        .select_related("version")
        .first()
    )
    if found is None:
        raise NotFound("There is no change of the privacy policy that you have not read.")
    return found


@transaction.atomic
def acknowledge(person: Person, number: int, agreed: list[str]) -> None:
    """That they have read that version, and all before it; `agreed`: of its new purposes, those that may be used for
    what they gave before. Raises NotFound."""
    notice = waiting_for(person)
    if notice.version.number != number:
        raise NotFound("There is a newer change by now. Read that one.")
    PolicyNotice.objects.filter(pk=notice.pk).update(
        acknowledged_at=now(), agreed=[name for name in notice.version.purposes if name in agreed]
    )
    PolicyNotice.objects.filter(person=person, acknowledged_at=None).update(acknowledged_at=now())
    Person.objects.filter(pk=person.pk, policy_notice=number).update(policy_notice=None)
