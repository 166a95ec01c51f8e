"""Mail as it arrives: files in a folder, and messages at a real SMTP server."""

from __future__ import annotations

import email
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.policy import default
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import Settings

from seconder.core import mail
from seconder.core.mail import Mail, MailFailed
from seconder.core.mail.folder import file_name
from seconder.core.mail.message import compose

ORDER = Mail(to=("bob@vendor.example",), subject="Order confirmed", text="Acme GmbH: 12,000 EUR\n")


class Inbox:
    """What the server took, and how it is told to answer."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refused = self.sender_refusal = ""
        self.refusal = "550 no such mailbox"
        self.answer = "250 taken"

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender_refusal or "250 ok"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refused:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer

    def message(self) -> EmailMessage:
        content = self.taken[-1].content
        assert isinstance(content, bytes)
        made = email.message_from_bytes(content, policy=default)
        assert isinstance(made, EmailMessage)
        return made


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox, settings: Settings) -> Iterator[Controller]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{controller.port}"
    yield controller
    controller.stop()


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    outbox = tmp_path / "out box"
    settings.EMAIL_URL = outbox.as_uri()
    return outbox


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port: int = closed.getsockname()[1]
    return port


def read(file: Path) -> EmailMessage:
    made = email.message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(made, EmailMessage)
    return made


def test_folder_holds_one_message_per_key_and_keeps_the_first(folder: Path) -> None:
    first = mail.send(ORDER, "run-1:order")
    again = mail.send(Mail(to=("bob@vendor.example",), subject="Another", text="!"), "run-1:order")
    mail.send(ORDER, "run-2:order")

    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert first.message_id == again.message_id
    assert sorted(file.name for file in folder.iterdir()) == ["run-1:order.eml", "run-2:order.eml"]
    assert read(folder / "run-1:order.eml")["Subject"] == "Order confirmed"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "run-1:order.eml").stat().st_mode & 0o777 == 0o600
    assert mail.takes_key()


def test_twenty_at_once_under_one_key_are_one_message(folder: Path) -> None:
    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(lambda _: mail.send(ORDER, "one"), range(20)))

    assert sum(not receipt.is_repeat for receipt in receipts) == 1
    assert [file.name for file in folder.iterdir()] == ["one.eml"]


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_every_key_is_a_file_of_its_own_inside_the_folder(one: str, other: str) -> None:
    try:
        one.encode(), other.encode()
    except UnicodeEncodeError:
        return
    assert (file_name(one) == file_name(other)) == (one == other)
    assert len(f"{file_name(one)}.eml".encode()) < 255
    assert Path("outbox", f"{file_name(one)}.eml").parent == Path("outbox")
    assert not file_name(one).startswith(".")


def test_a_folder_that_cannot_be_written_says_that_nothing_happened(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.EMAIL_URL = (tmp_path / "file" / "outbox").as_uri()

    with pytest.raises(MailFailed) as failure:
        mail.send(ORDER, "key")
    assert (failure.value.retryable, failure.value.happened) == (True, "no")


def test_drafts_of_a_crash_are_removed_and_fresh_ones_are_kept(folder: Path) -> None:
    folder.mkdir()
    old, fresh = folder / "a.123.draft", folder / "b.456.draft"
    for draft in (old, fresh):
        draft.write_text("half")
    os.utime(old, (0, 0))

    mail.tidy()
    assert [file.name for file in folder.iterdir()] == [fresh.name]


def test_smtp_brings_the_message_with_copies_names_dots_and_letters(server: Controller, inbox: Inbox) -> None:
    text = ".\n..two\nZoë pays 5 €\n" + "long " * 400 + "\n.end"
    receipt = mail.send(
        Mail(
            to=("Zoë Müller <zoe@vendor.example>", "bob@vendor.example"),
            cc=('"Doe, Jane" <jane@bücher.example>',),
            subject="Bestellung bestätigt: 5 €",
            text=text,
            headers={"Auto-Submitted": "auto-generated"},
        ),
        "run-1:order",
    )

    taken = inbox.message()
    assert inbox.taken[0].rcpt_tos == list(receipt.accepted)
    assert receipt.accepted == ("zoe@vendor.example", "bob@vendor.example", "jane@xn--bcher-kva.example")
    assert taken["To"].addresses[0].display_name == "Zoë Müller"
    assert taken["Cc"].addresses[0].display_name == "Doe, Jane"
    assert taken["Subject"] == "Bestellung bestätigt: 5 €"
    assert taken["Message-ID"] == receipt.message_id
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken.get_content().splitlines() == text.splitlines()
    assert not mail.takes_key()


def test_the_same_key_has_the_same_message_id_and_another_key_another(server: Controller) -> None:
    assert mail.send(ORDER, "a").message_id == mail.send(ORDER, "a").message_id
    assert mail.send(ORDER, "a").message_id != mail.send(ORDER, "b").message_id


def test_one_refused_recipient_stops_the_message_for_all(server: Controller, inbox: Inbox) -> None:
    inbox.refused = "nobody@vendor.example"
    with pytest.raises(MailFailed, match="550 no such mailbox") as failure:
        mail.send(Mail(to=("bob@vendor.example", "nobody@vendor.example"), subject="s", text="t"), "k")

    assert (failure.value.retryable, failure.value.happened) == (False, "no")
    assert inbox.taken == []


def test_only_a_recipient_that_there_is_none_of_has_bounced(server: Controller, inbox: Inbox) -> None:
    def bounced() -> bool:
        with pytest.raises(MailFailed) as failure:
            mail.send(ORDER, "k")
        return failure.value.bounced

    inbox.sender_refusal = "553 5.1.1 no such sender"
    assert not bounced()
    inbox.sender_refusal, inbox.refused = "", ORDER.to[0]
    for code, is_bounce in (("5.1.1", True), ("5.1.10", True), ("5.1.8", False), ("5.1.7", False)):
        inbox.refusal = f"550 {code} refused"
        assert bounced() == is_bounce, code
    inbox.refused, inbox.answer = "", "554 5.1.1 refused"
    assert not bounced()


@pytest.mark.parametrize(("answer", "retryable"), [("451 later", True), ("554 spam", False)])
def test_an_answer_after_the_text_is_an_answer(
    server: Controller, inbox: Inbox, answer: str, retryable: bool
) -> None:
    inbox.answer = answer
    with pytest.raises(MailFailed) as failure:
        mail.send(ORDER, "k")
    assert (failure.value.retryable, failure.value.happened) == (retryable, "no")


def test_no_server_there_means_surely_not_sent(settings: Settings) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"

    with pytest.raises(MailFailed) as failure:
        mail.send(ORDER, "k")
    assert (failure.value.retryable, failure.value.happened) == (True, "no")


@pytest.mark.parametrize(
    ("goes_away_after", "happened"), [(b"ehlo", "no"), (b"DATA", "no"), (b"\r\n.\r\n", "unknown")]
)
def test_what_is_known_when_the_line_breaks(
    goes_away_after: bytes, happened: str, settings: Settings
) -> None:
    with broken_server(goes_away_after) as port:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
        with pytest.raises(MailFailed) as failure:
            mail.send(ORDER, "k")
    assert failure.value.happened == happened


def test_a_password_is_not_said_in_clear_unless_allowed_and_works_where_it_is(
    settings: Settings,
) -> None:
    seen: list[LoginPassword] = []

    def judge(server: object, session: object, envelope: object, mechanism: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        seen.append(given)
        return AuthResult(success=given.password == b"p@ss:word", handled=False)

    controller = Controller(
        Inbox(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=judge,
        auth_require_tls=False,
        auth_required=True,
    )
    controller.start()
    try:
        for password, works in (("p@ss:word", True), ("wrong", False)):
            url = f"smtp://{quote('user@x')}:{quote(password)}@127.0.0.1:{controller.port}?tls=auto"
            settings.EMAIL_URL = url
            if works:
                assert mail.send(ORDER, "k").accepted == ("bob@vendor.example",)
            else:
                with pytest.raises(MailFailed, match="535"):
                    mail.send(ORDER, "k")
        settings.EMAIL_URL = f"smtp://u:p@127.0.0.1:{controller.port}?tls=starttls"
        with pytest.raises(MailFailed, match="STARTTLS") as failure:
            mail.send(ORDER, "k")
        assert not failure.value.retryable
    finally:
        controller.stop()
    assert seen[0].login == b"user@x"


ATTACKS = [
    "bob@vendor.example\nBcc: eve@evil.example",
    "bob@vendor.example\r\n\r\nHello",
    "bob@vendor.example, eve@evil.example",
    "bob@vendor.example;eve@evil.example",
    "eve@evil.example <bob@vendor.example>, x@y.example",
    '"a" <bob@vendor.example> <eve@evil.example>',
    "friends: bob@vendor.example;",
    "bob",
    "bob@",
    "",
    "bob@vendor.example\x00",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "where", [lambda a: Mail((a,), "s", "t"), lambda a: Mail(("b@c.example",), "s", "t", (a,))]
)
def test_no_address_brings_another_one_or_a_header(attack: str, where: Callable[[str], Mail]) -> None:
    with pytest.raises(MailFailed) as failure:
        compose(where(attack), "k", "us@seconder.example")
    assert not failure.value.retryable


@pytest.mark.parametrize("name", ["Bcc", "bcc", "To", "Content-Type", "X:y", "X\nBcc", "", "Message-ID"])
def test_no_header_of_ours_is_replaced(name: str) -> None:
    with pytest.raises(MailFailed):
        compose(Mail(("b@c.example",), "s", "t", headers={name: "x"}), "k", "us@seconder.example")


@given(st.text(max_size=120), st.text(max_size=400), st.text(max_size=60))
@example("\x850", "", "")
@example("", "", "\u20280")
def test_whatever_is_written_stays_in_its_own_place(subject: str, text: str, name: str) -> None:
    try:
        made = compose(Mail((f"{name}<bob@vendor.example>",), subject, text), "k", "us@seconder.example")
    except MailFailed:
        return
    read_back = email.message_from_bytes(made.content, policy=default)
    assert sorted(read_back.keys()) == sorted(
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Content-Type",
            "Content-Transfer-Encoding",
            "MIME-Version",
        ]
    )
    assert [one.addr_spec for one in read_back["To"].addresses] == ["bob@vendor.example"]
    assert read_back.get_content().encode().splitlines() == text.encode().splitlines()


@given(st.text(st.characters(max_codepoint=126, min_codepoint=32), min_size=1, max_size=100))
@example("=?utf-8?q?hi?=")
@example(" a  b ")
@example("a" * 69)
@example("a" * 70)
def test_a_short_line_is_as_the_library_would_write_it(subject: str) -> None:
    made = compose(Mail(("bob@vendor.example",), subject, "t"), "k", "us@seconder.example")

    assert WIRE.header_factory("Subject", subject).fold(policy=WIRE).encode() in made.content


class broken_server:  # noqa: N801  reads as a context
    """Speaks SMTP until it has heard a word, and hangs up without an answer."""

    def __init__(self, word: bytes) -> None:
        self.word = word

    def __enter__(self) -> int:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        port: int = self.listening.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self.thread.join(10)
        self.listening.close()

    def _serve(self) -> None:
        peer, _ = self.listening.accept()
        with peer:
            peer.sendall(b"220 hello\r\n")
            heard = b""
            while part := peer.recv(4096):
                heard += part
                if self.word in heard:
                    return
                if part == b"DATA\r\n":
                    peer.sendall(b"354 go\r\n")
                elif b"DATA\r\n" not in heard:
                    peer.sendall(b"250 ok\r\n")
