"""Mail that a person is sent about their own account: put aside in the transaction, sent by a worker, forgotten."""

from __future__ import annotations

import json
import uuid

import structlog
from django.conf import settings
from django.template.loader import render_to_string

from seconder.accounts.gate import SIGN_IN
from seconder.accounts.models import Letter, Person, SignInLink
from seconder.core import mail
from seconder.core.encryption import seal, unseal
from seconder.core.mail import posting
from seconder.core.mail.kinds import declare_mail
from seconder.core.purposes import purpose
from seconder.engine import enqueue

SEND = "accounts.send_letter"
PURPOSE = "letters"
LINK = "{a link to sign in}"  # made when it is sent, so that asking does the same work whoever is asked for
LINK_LASTS = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT  # seconds: as long as the code beside it
ACCOUNT = declare_mail("account", "service.accounts", is_transactional=True)
log = structlog.get_logger()


def write(template: str, to: str, **facts: object) -> None:
    """A letter of our own words: `<template>_subject.txt` and `<template>_message.txt`. A code was asked for."""
    put_aside(to, *written(template, **facts), asked_for="code" in facts)


def written(template: str, **facts: object) -> tuple[str, str]:
    """Its subject and its text."""
    said = {**facts, "site": settings.BASE_URL, "sign_in_link": LINK}
    subject, text = (
        render_to_string(f"{template}_{part}.txt", said).strip() for part in ("subject", "message")
    )
    return subject, text


def put_aside(to: str, subject: str, text: str, *, asked_for: bool = False) -> None:
    """`asked_for`: by its reader, just now (`core.mail.posting`)."""
    content = json.dumps({"to": to, "subject": subject, "text": text, "asked_for": asked_for})
    letter = Letter.objects.create(content=seal(content.encode(), PURPOSE))
    enqueue(SEND, letter=str(letter.pk))


def send(letter_id: uuid.UUID) -> None:
    """Sends it and deletes it; a second call finds nothing. Raises MailFailed where trying again may help."""
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None:
        return
    said = json.loads(unseal(bytes(letter.content), PURPOSE))
    text = said["text"].replace(LINK, _link(said["to"])) if LINK in said["text"] else said["text"]
    person = Person.objects.by_email(said["to"])
    made = mail.Mail(
        (said["to"],),
        said["subject"],
        text + "\n",
        headers={"Auto-Submitted": "auto-generated"},
        kind=ACCOUNT.name,
    )
    try:
        with purpose("service.accounts"):
            posting.post(
                made,
                f"letter-{letter.pk}",
                person_id=person.pk if person else None,
                asked_for=said["asked_for"],
            )
    except mail.MailFailed as failed:
        if failed.retryable and (failed.happened == "no" or mail.takes_key()):
            raise
        log.warning("letter.failed", outcome=failed.happened)
    letter.delete()


def _link(address: str) -> str:
    """For whoever reads the mail on the device that they want to sign in on."""
    person = Person.objects.by_email(address)
    return f"{settings.BASE_URL}{SIGN_IN}{SignInLink.create(person, lasts=LINK_LASTS)}/" if person else ""


def forget_to(address: str) -> None:
    """Those that wait to be sent there: each is opened to see, as it is sealed whole."""
    for letter in Letter.objects.all():
        if json.loads(unseal(bytes(letter.content), PURPOSE))["to"].lower() == address.lower():
            letter.delete()
