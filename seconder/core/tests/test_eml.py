"""A mail read as text, through `text_of`."""

import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from seconder.core.eml import UnreadableMailError, html_to_text, looks_like_mail, text_of

EXAMPLE = Path(__file__).parents[3] / "examples" / "purchase-order.eml"


def a_mail(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Jörg Weiß <joerg@nordwind.example>"
    mail["To"] = "orders@example.com"
    mail["Subject"] = "Angebot für Stühle – Nº 7"
    for name, value in headers.items():
        mail[name] = value
    return mail


def test_headers_text_and_attachment_come_in_order() -> None:
    mail = a_mail()
    mail.set_content("Sehr geehrte Damen,\n\nGesamt: 12.480,00 €\n")
    mail.add_alternative("<p>not this one</p>", subtype="html")
    mail.add_attachment("Artikel;Menge\nStuhl;4\n", subtype="csv", filename="zeilen für dich.csv")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    text = text_of(mail.as_bytes())
    assert text.splitlines()[:4] == [
        "From: Jörg Weiß <joerg@nordwind.example>",
        "To: orders@example.com",
        "Subject: Angebot für Stühle – Nº 7",
        "",
    ]
    assert "Gesamt: 12.480,00 €" in text
    assert "not this one" not in text
    assert "--- zeilen für dich.csv ---\nArtikel;Menge\nStuhl;4" in text
    assert "PNG" not in text


def test_html_stands_in_when_there_is_no_text_part() -> None:
    mail = a_mail()
    rows = "<tr><td>Total</td><td>&euro;&nbsp;9.999,00</td></tr>"
    mail.set_content(f"<style>p{{}}</style><p>Hello&nbsp;there</p><table>{rows}</table>", subtype="html")
    text = text_of(mail.as_bytes())
    assert "Hello there" in text
    assert "€ 9.999,00" in text
    assert "<" not in text.split("\n\n", 1)[1]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "no-such-charset", ""])
def test_charsets_right_wrong_and_missing(charset: str) -> None:
    written = charset if charset not in ("", "no-such-charset") else "iso-8859-1"
    kind = f"Content-Type: text/plain; charset={charset}\n" if charset else "Content-Type: text/plain\n"
    raw = (
        b"From: a@b.example\nSubject: x\n"
        + kind.encode()
        + b"\n"
        + "Möbel für 5 €".replace("€", "EUR").encode(written)
    )
    assert "Möbel für 5 EUR" in text_of(raw)


def test_quoted_printable_and_base64_are_decoded() -> None:
    for encoding in ("quoted-printable", "base64"):
        mail = a_mail()
        mail.set_content("Summe: 1.250,00 € für Größe Ü", cte=encoding)
        assert "Summe: 1.250,00 € für Größe Ü" in text_of(mail.as_bytes())


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"just some words\nwithout any header", "not a mail"),
        (b"X-Thing: 1\n\nbody", "not a mail"),
        (b"From: a@b.example\nSubject: nothing\n\n", "no text"),
        (b"\x00\xff\xfe" * 50, "not a mail"),
    ],
)
def test_what_is_not_a_mail_is_refused_in_words(raw: bytes, says: str) -> None:
    with pytest.raises(UnreadableMailError, match=says):
        text_of(raw)


def test_a_broken_multipart_still_gives_its_text() -> None:
    raw = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nTotal: 5"
    assert "Total: 5" in text_of(raw)


@pytest.mark.parametrize(
    "markup",
    ["<script" * 200_000, "<!--" * 300_000, "<" * 1_000_000, "<td" * 300_000, "</td " + " " * 500_000],
)
def test_hostile_markup_costs_no_more_than_its_length(markup: str) -> None:
    began = time.perf_counter()
    html_to_text(markup)
    assert time.perf_counter() - began < 3


def test_unclosed_and_nested_tags() -> None:
    assert html_to_text("a < b <b>c</b> <img src=x") == "a < b c <img src=x"
    assert html_to_text("<!-- <p>no</p> -->yes<script>if (a<b) {}</script>!") == "yes!"


def test_the_example_mail_reads_well() -> None:
    text = text_of(EXAMPLE.read_bytes())
    assert "From: Lena Hartwig" in text
    assert "Total due" in text
    assert "$12,480.00" in text
    assert "--- PO-20417-lines.csv ---" in text
    assert looks_like_mail(EXAMPLE.read_text())
    assert not looks_like_mail("Hello: this is\nFrom: a letter")
