"""News of who gets data, by mail to whoever asks: an address counts once its reader has confirmed it."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from datetime import datetime, timedelta
from hmac import compare_digest

import structlog
from django.conf import settings
from django.urls import reverse

from seconder.accounts.identity import letters
from seconder.core import mail
from seconder.core.clock import now
from seconder.core.encryption import CannotDecrypt, keyed_hash, seal, unseal
from seconder.core.mail.kinds import declare_mail
from seconder.core.mail.linting import ONE_CLICK
from seconder.core.mail.posting import post
from seconder.core.mail.suppressing import hash_of
from seconder.core.purposes import purpose
from seconder.core.refusals import NotFound
from seconder.privacy.models import PolicyVersion, RecipientNews
from seconder.privacy.policy import telling

TELL = "privacy.tell_of_recipients"
LASTS = timedelta(days=1)  # of a link that confirms
NEWS = declare_mail("recipients", "service.notifications", is_transactional=False)
log = structlog.get_logger()
_ASKED, _KEPT = "recipient-news-asked", "recipient-news"
_ID = 16  # bytes of a row's id, before the mark


def ask(address: str) -> None:
    """Sends a link to the address. The same happens whether it gets the news already or not."""
    said = json.dumps({"address": address, "at": now().isoformat()})
    link = reverse("privacy:news-confirmation", args=[_text(seal(said.encode(), _ASKED))])
    letters.put_aside(
        address,
        "News of who gets data: is this your address?",
        "Hello,\n\nsomebody, you we hope, asked to be told by mail when others get data from this site.\n"
        f"If it was you, open this page and say so:\n{settings.BASE_URL}{link}\n\n"
        "If it was not, do nothing. The address is not kept, and the link ends within a day.",
        asked_for=True,
    )


def asked(token: str) -> str:
    """The address that the link confirms; only looks. Raises NotFound for one that is not whole or too old."""
    try:
        said = json.loads(unseal(_bytes(token), _ASKED))
    except CannotDecrypt as wrong:
        raise NotFound("This link is not whole. Open it again from the mail, or ask for another.") from wrong
    if datetime.fromisoformat(said["at"]) < now() - LASTS:
        raise NotFound("This link is too old. Ask for another.")
    return str(said["address"])


def confirm(token: str) -> None:
    """Again, it changes nothing. Raises NotFound."""
    address = asked(token)
    RecipientNews.objects.get_or_create(
        address_hash=hash_of(address), defaults={"address": seal(address.encode(), _KEPT)}
    )


def stopping(token: str) -> RecipientNews | None:
    """Whose news the link stops; None where they are stopped already. Raises NotFound for what is no such link."""
    whole = _bytes(token)
    body, mark = whole[:_ID], whole[_ID:]
    if len(body) < _ID or not compare_digest(mark, _mark(body)):
        raise NotFound("The address is not whole. Open it again from the mail.")
    return RecipientNews.objects.filter(pk=uuid.UUID(bytes=body)).first()


def send(version_id: uuid.UUID) -> None:
    """Mails what changes among those who get data to everybody who asked for it, each once. Raises MailFailed where
    some of it should be tried again."""
    version = PolicyVersion.objects.get(pk=version_id)
    waiting = RecipientNews.objects.filter(told__lt=version.number).order_by("id")
    failed = sum(not _sent(row, version) for row in waiting.iterator())
    if failed:
        raise mail.MailFailed(f"{failed} of them could not be mailed yet.", retryable=True)


def go_on() -> None:
    """The net below the job, for mail that could not be sent: of versions that count from today on or later."""
    lately = PolicyVersion.objects.filter(changes_recipients=True, effective_from__gte=now() - LASTS)
    for version_id in lately.order_by("number").values_list("pk", flat=True):
        send(version_id)


def _sent(row: RecipientNews, version: PolicyVersion) -> bool:
    try:
        with purpose("service.notifications"):
            post(_letter(row, version), f"recipients-{version.number}-{row.pk}", person_id=None)
    except mail.MailFailed as error:
        if error.retryable and (error.happened == "no" or mail.takes_key()):
            return False
        log.warning("policy.mail_failed", outcome=error.happened)
    RecipientNews.objects.filter(pk=row.pk, told__lt=version.number).update(told=version.number)
    return True


def _letter(row: RecipientNews, version: PolicyVersion) -> mail.Mail:
    stop = f"{settings.BASE_URL}{reverse('privacy:news-stopping', args=[_text(row.pk.bytes + _mark(row.pk.bytes))])}"
    day = f"{version.effective_from:%-d %B %Y}"
    return mail.Mail(
        to=(unseal(bytes(row.address), _KEPT).decode(),),
        subject=f"Who gets data changes on {day}",
        text=f"Hello,\n\nfrom {day} on this is new:\n\n{telling.news_of(version)}\n\n"
        f"Who gets data, in full: {settings.BASE_URL}{reverse('privacy:recipients')}\n"
        "If you object, write to whoever runs this site before that day; the privacy policy says where.\n\n"
        f"Stop this mail: {stop}\n\n{settings.PRIVACY_CONTROLLER or ''}\n{settings.PRIVACY_ADDRESS or ''}".rstrip(),
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": ONE_CLICK,
        },
        kind=NEWS.name,
    )


def _text(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def _bytes(token: str) -> bytes:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""  # no link of ours: said by whoever asked


def _mark(body: bytes) -> bytes:
    return bytes.fromhex(keyed_hash(body.hex(), "recipient-news"))
