"""Letting people know of a new version: in the product until they say that they have read it, and by mail, each once.

Who has no account any more, or is switched off, hears nothing. Those who asked for news of who gets data hear of that.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection, models, transaction
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
GIVE_UP = timedelta(days=30)
AT_ONCE = 200  # mails in one run of the job
POLICY = declare_mail("policy", "service.notifications", is_transactional=True)
log = structlog.get_logger()
_GIVE = """
INSERT INTO privacy_policynotice (id, person_id, version_id, told_at, agreed)
SELECT gen_random_uuid(), id, %s, %s, '[]' FROM accounts_person WHERE is_active AND created_at < %s
ON CONFLICT DO NOTHING RETURNING person_id
"""


def give_notice(version: PolicyVersion) -> None:
    """To everybody who has an account and was not told yet, in two statements however many they are. Whoever comes
    before it counts accepted the version before."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, [version.pk, now(), version.effective_from])
        told = [row[0] for row in cursor.fetchall()]
    Person.objects.filter(pk__in=told).update(policy_notice=version.number)
    if told:
        enqueue(TELL, version=str(version.pk))


def go_on() -> None:
    """The net below the job: those who came since are told too, and mail that could not be sent is tried again."""
    weighty = PolicyVersion.objects.exclude(weight="editorial")
    for version in weighty.filter(effective_from__gt=now()):
        with transaction.atomic():
            give_notice(version)
    for version_id in _unmailed().values_list("version_id", flat=True).distinct():
        enqueue(TELL, version=str(version_id))


def mail_notices(version_id: uuid.UUID) -> None:
    """Mails a number of those who were not mailed yet, and goes on in a further run until all were. Raises MailFailed
    where some of it should be tried again."""
    version = PolicyVersion.objects.get(pk=version_id)
    waiting = list(_unmailed().filter(version=version).select_related("person").order_by("id")[:AT_ONCE])
    failed = 0
    for notice in waiting:
        failed += not _mailed(notice, version)
    if failed:
        raise mail.MailFailed(f"{failed} notices could not be mailed yet.", retryable=True)
    if len(waiting) == AT_ONCE:
        enqueue(TELL, version=str(version_id))


def _unmailed() -> models.QuerySet[PolicyNotice]:
    """What cannot be mailed for so long is left to the product's own notice."""
    return PolicyNotice.objects.filter(mailed_at=None, person__is_active=True, told_at__gt=now() - GIVE_UP)


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
    agree = (
        "\n\nThere is a new use among them. It is not made of what you gave before, unless you agree on that page."
        if version.weight == "consent-needed"
        else ""
    )
    return mail.Mail(
        to=(person.email,),
        subject=f"The privacy policy changes on {day}",
        text=f"Hello,\n\nfrom {day} on there is a new version of the privacy policy.\n\n{news_of(version)}{agree}\n\n"
        f"Read it, and say that you have: {settings.BASE_URL}{reverse('privacy:notice')}\n",
        headers={"Auto-Submitted": "auto-generated"},
        kind=POLICY.name,
    )


def news_of(version: PolicyVersion) -> str:
    """What is new, as a quotation: an operator's words and names may hold any link, and a mail of ours leads to this
    site alone."""
    lines = [*version.summary.splitlines(), "", *(f"- {change}" for change in version.changes)]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def waiting_for(person: Person) -> list[PolicyNotice]:
    """The notices that the person has not read yet, earliest first; at least one. Raises NotFound."""
    found = list(
        PolicyNotice.objects.filter(person=person, acknowledged_at=None)
        .select_related("version")
        .order_by("version__number")
    )
    if not found:
        raise NotFound("There is no change of the privacy policy that you have not read.")
    return found


@transaction.atomic
def acknowledge(person: Person, number: int, agreed: list[str]) -> None:
    """That they have read the versions up to that one; `agreed`: of their new purposes, those that may be used for what
    they gave before. Raises NotFound."""
    notices = waiting_for(person)
    if notices[-1].version.number != number:
        raise NotFound("There is a newer change by now. Read that one.")
    for notice in notices:
        notice.acknowledged_at = now()
        notice.agreed = [name for name in notice.version.purposes if name in agreed]
        notice.save(update_fields=["acknowledged_at", "agreed"])
    Person.objects.filter(pk=person.pk, policy_notice=number).update(policy_notice=None)
