"""Every outbox brings the same message, and says as plainly whether it went: a folder, SMTP, Postmark, Mailgun."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django import Settings

from seconder.core import environment, mail
from seconder.core.mail import Mail, MailFailed
from seconder.core.purposes import purpose
from seconder.core.recipients import UndeclaredRecipient
from seconder.core.tests.provider_peers import DOMAIN, TOKEN, Provider, running
from seconder.core.tests.test_mail import Inbox, folder, free_port, inbox, read, server

__all__ = ["folder", "inbox", "server"]
ORDER = Mail(
    to=("Bób <bob@vendor.example>", "ann@vendor.example"),
    cc=("cc@vendor.example",),
    subject="Order confirmed – 12 €",
    text="Hello Zoë,\n\n.a dot\n  blanks  \nAcme: 12,000 EUR\n",
    sender="Office <office@seconder.example>",
    headers={
        "List-Unsubscribe": "<https://seconder.example/unsubscribe/x/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
)
KINDS = ("postmark", "mailgun")


def url(provider: str, place: str, token: str = TOKEN) -> str:
    path = DOMAIN if provider == "mailgun" else "outbound"
    return f"{provider}://{token}@{place}/{path}?tls=none&from=Office%20<office@seconder.example>"


@pytest.fixture
def peer() -> Iterator[tuple[Provider, str]]:
    with running() as found:
        yield found


def words(message: EmailMessage) -> dict[str, object]:
    return {
        "to": [str(one) for one in message["To"].addresses],
        "cc": [str(one) for one in message["Cc"].addresses],
        "from": str(message["From"]),
        "subject": str(message["Subject"]),
        "text": message.get_content().replace("\r\n", "\n"),
        "stop": (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]),
        "id": str(message["Message-ID"]),
    }


def of_provider(kind: str, taken: dict[str, Any]) -> EmailMessage:  # Any: JSON or a form
    """The message that the provider would send."""
    made = EmailMessage()
    if kind == "postmark":
        heads = {each["Name"]: each["Value"] for each in taken["Headers"]}
        said = (taken["From"], taken["To"], taken["Cc"], taken["Subject"], taken["TextBody"])
        assert (taken["TrackOpens"], taken["TrackLinks"], heads.pop("X-PM-KeepID")) == (False, "None", "true")
        assert taken["MessageStream"] == "outbound"
    else:
        heads = {name[2:]: values[0] for name, values in taken.items() if name.startswith("h:")}
        said = (
            taken["from"][0],
            ", ".join(taken["to"]),
            ", ".join(taken["cc"]),
            taken["subject"][0],
            taken["text"][0],
        )
        assert "X-Pm-Keepid" not in heads
        assert (taken["o:tracking-opens"], taken["o:tracking-clicks"]) == (["no"], ["no"])
    made["From"], made["To"], made["Cc"], made["Subject"] = said[:4]
    made["Message-ID"] = heads.get("Message-ID") or heads["Message-Id"]
    for name in ("List-Unsubscribe", "List-Unsubscribe-Post"):
        made[name] = heads[name]
    made.set_content(said[4])
    return made


def test_each_outbox_brings_the_same_message(
    folder: Path, server: Controller, inbox: Inbox, peer: tuple[Provider, str], settings: Settings
) -> None:
    brought, receipts = {}, {}
    provider, place = peer
    for kind in ("file", "smtp", *KINDS):
        settings.EMAIL_URL = {"file": folder.as_uri(), "smtp": f"smtp://127.0.0.1:{server.port}"}.get(
            kind
        ) or url(kind, place)
        receipts[kind] = mail.send(ORDER, "key")
        if kind in KINDS:
            brought[kind] = words(of_provider(kind, provider.taken[-1]))
        else:
            brought[kind] = words(read(folder / "key.eml") if kind == "file" else inbox.message())
        assert mail.takes_key() == mail.is_local() == (kind == "file")
    assert brought["file"] == brought["smtp"] == brought["postmark"] == brought["mailgun"]
    assert all(set(each.accepted) == set(receipts["file"].accepted) for each in receipts.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("answer", "retryable", "happened"),
    [
        ((401, {"ErrorCode": 10, "message": "Forbidden"}), False, "no"),
        ((400, {"message": "to parameter is not a valid address"}), False, "no"),
        ((429, {"ErrorCode": 429, "message": "Too many requests"}), True, "no"),
        ((500, {"ErrorCode": 500, "message": "Internal"}), False, "unknown"),
        ((200, {"something": "else"}), False, "unknown"),
        (None, False, "unknown"),
    ],
)
def test_a_refusal_says_whether_it_went_out_and_whether_again_helps(
    kind: str, answer: Any, retryable: bool, happened: str, peer: tuple[Provider, str], settings: Settings
) -> None:  # Any: JSON
    provider, place = peer
    settings.EMAIL_URL = url(kind, place)
    provider.answers.append(answer)
    with pytest.raises(MailFailed) as refused:
        mail.send(ORDER, "key")
    assert (refused.value.retryable, refused.value.happened) == (retryable, happened)
    assert not refused.value.bounced
    assert "vendor.example" not in refused.value.detail
    assert TOKEN not in refused.value.detail


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_key_and_a_provider_that_is_away(
    kind: str, peer: tuple[Provider, str], settings: Settings
) -> None:
    settings.EMAIL_URL = url(kind, peer[1], token="another")
    with pytest.raises(MailFailed, match="401"):
        mail.send(ORDER, "key")
    settings.EMAIL_URL = url(kind, f"127.0.0.1:{free_port()}")
    with pytest.raises(MailFailed) as away:
        mail.send(ORDER, "key")
    assert (away.value.retryable, away.value.happened) == (True, "no")
    assert peer[0].taken == []


def test_an_address_that_the_provider_knows_to_be_bad_has_bounced(
    peer: tuple[Provider, str], settings: Settings
) -> None:
    settings.EMAIL_URL = url("postmark", peer[1])
    peer[0].inactive.add("bob@vendor.example")
    with pytest.raises(MailFailed) as refused:
        mail.send(Mail(("bob@vendor.example",), "Hello", "Hello"), "key")
    assert (refused.value.bounced, refused.value.retryable) == (True, False)


def test_nothing_goes_there_for_a_purpose_that_is_not_declared(
    peer: tuple[Provider, str], settings: Settings
) -> None:
    settings.EMAIL_URL = url("mailgun", peer[1])
    with purpose("service.operations"), pytest.raises(UndeclaredRecipient):
        mail.send(ORDER, "key")
    assert peer[0].taken == []


@pytest.mark.parametrize(
    "wrong",
    [
        "postmark://api.postmarkapp.com",
        "mailgun://key@api.mailgun.net",
        "postmark://key@api.postmarkapp.com?tls=none",
    ],
)
def test_an_address_of_a_provider_that_cannot_be_right_stops_the_start(wrong: str) -> None:
    with pytest.raises(environment.Misconfigured, match="SECONDER_EMAIL_URL"):
        environment.read({"SECONDER_EMAIL_URL": wrong})
