"""A mail as text: who wrote to whom about what, what it says, and what its text attachments say.

Reads RFC 5322 and MIME with the standard library. HTML is reduced to its words, with a line for each row
and paragraph; nothing in it is fetched or run.
"""

import html
import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

MAX_BYTES = 25 * 1024 * 1024
MAX_TEXT = 400_000
_MAX_PARTS = 200
_HEADERS = ("From", "Reply-To", "To", "Cc", "Subject", "Date")
_READABLE = (".txt", ".csv", ".tsv", ".json", ".md", ".xml", ".yaml", ".yml", ".htm", ".html", ".log")
_HEADER_LINE = re.compile(r"[!-9;-~]{1,60}:[ \t]?")
_TAG_NAME = re.compile(r"[/!?]?[a-zA-Z!?][a-zA-Z0-9-]{0,20}")
_UNSEEN = ("script", "style", "head", "title")
_ROW_ENDS = {"br", "p", "div", "tr", "li", "table", "hr", "ul", "ol", *(f"h{n}" for n in range(1, 7))}


class UnreadableMailError(ValueError):
    """The bytes are not a mail that can be read; the message says why, in one sentence."""


def looks_like_mail(text: str) -> bool:
    """Whether `text` is a raw mail: header lines first, among them those that every mail has."""
    head = re.split(r"\r?\n\r?\n", text[:20_000], maxsplit=1)[0]
    names = {line.split(":", 1)[0].lower() for line in head.splitlines() if _HEADER_LINE.match(line)}
    return "from" in names and bool(names & {"mime-version", "message-id", "received", "content-type"})


def subject_of(text: str) -> str:
    """What a mail says it is about, raw or as `text_of` gives it; "" where this is none."""
    try:
        head = message_from_string(re.split(r"\r?\n\r?\n", text[:20_000], maxsplit=1)[0])
        return _header(str(head["Subject"])) if head["From"] and head["Subject"] else ""
    except (MessageError, ValueError, LookupError, RecursionError):
        return ""


def text_of(raw: bytes) -> str:
    """The mail `raw` as text: a line per header, the body, then each text attachment under its name.

    At most `MAX_TEXT` characters. Raises `UnreadableMailError` when `raw` is empty, too large, has no
    headers, or holds no text."""
    if not raw.strip():
        raise UnreadableMailError("The mail is empty.")
    if len(raw) > MAX_BYTES:
        raise UnreadableMailError(f"The mail is larger than {MAX_BYTES // 2**20} MiB.")
    try:
        mail = message_from_bytes(raw)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableMailError(f"The mail cannot be read: {error}.") from error
    if not mail.keys() or not any(mail.get(name) for name in ("From", "To", "Subject", "Date")):
        raise UnreadableMailError("This is not a mail: it has no From, To, Subject or Date header.")
    headers = [f"{name}: {_header(str(mail[name]))}" for name in _HEADERS if mail.get(name)]
    body = "\n\n".join(_sections(mail))
    if not body.strip():
        raise UnreadableMailError("The mail holds no text that can be read.")
    return ("\n".join(headers) + "\n\n" + body)[:MAX_TEXT].rstrip() + "\n"


def _sections(mail: Message) -> Iterator[str]:
    plain, rich, attached = _sorted_parts(mail)
    text = "\n\n".join(filter(str.strip, map(_decoded, plain)))
    if text.strip():
        yield text.strip()
    elif rich:
        yield "\n\n".join(html_to_text(_decoded(part)) for part in rich).strip()
    for name, part in attached:
        words = _decoded(part)
        is_html = part.get_content_subtype() == "html" or name.lower().endswith((".htm", ".html"))
        yield f"--- {name} ---\n{(html_to_text(words) if is_html else words).strip()}"


def _sorted_parts(mail: Message) -> tuple[list[Message], list[Message], list[tuple[str, Message]]]:
    """The parts of the body as text, the same as HTML, and the readable attachments with their names."""
    plain: list[Message] = []
    rich: list[Message] = []
    attached: list[tuple[str, Message]] = []
    for number, part in enumerate(mail.walk()):
        if number >= _MAX_PARTS:
            break
        if part.is_multipart():
            continue
        name = _file_name(part)
        if name or part.get_content_disposition() == "attachment":
            if part.get_content_maintype() == "text" or name.lower().endswith(_READABLE):
                attached.append((name or "attachment", part))
        elif part.get_content_type() == "text/html":
            rich.append(part)
        elif part.get_content_maintype() == "text":
            plain.append(part)
    return plain, rich, attached


def _file_name(part: Message) -> str:
    try:
        return " ".join(_header(part.get_filename() or "").split())[:200]
    except (ValueError, LookupError):
        return "attachment"


def _decoded(part: Message) -> str:
    """The text of a part. A wrong or unknown charset must not lose the mail: UTF-8 is tried, then Latin-1."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset(), "utf-8"):
        try:
            return _plain_lines(raw.decode(charset or "utf-8"))
        except (LookupError, ValueError):
            continue
    return _plain_lines(raw.decode("cp1252", errors="replace"))


def _plain_lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _header(value: str) -> str:
    try:
        decoded = str(make_header(decode_header(value)))
    except (MessageError, ValueError, LookupError):
        decoded = value
    return " ".join(decoded.replace("\x00", "").split())


def html_to_text(markup: str) -> str:
    """The words of an HTML document: a line per block or table row, cells a few blanks apart.

    One pass over the pieces between `<` signs, so hostile markup costs no more than its length."""
    first, *pieces = re.sub(r"\s+", " ", markup[: 4 * MAX_TEXT]).split("<")
    words = [first]
    until = ""  # what ends the part that is being left out
    for piece in pieces:
        if until:
            end = ">" if piece[:20].lower().startswith(until) else until
            if end in piece:
                words.append(piece.partition(end)[2])
                until = ""
        elif piece.startswith("!--"):
            until = "" if "-->" in piece else "-->"
            words.append(piece.partition("-->")[2])
        else:
            until = _append_piece(piece, words)
    lines = (html.unescape(line).replace("\xa0", " ").strip() for line in "".join(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _append_piece(piece: str, words: list[str]) -> str:
    """Adds what a tag stands for and the text after it; returns the end of an unseen part that it opens."""
    name = _TAG_NAME.match(piece)
    tag, closed, text = piece.partition(">")
    if not name or not closed:
        words.append("<" + piece)
        return ""
    kind = name.group().lower()
    if kind in _UNSEEN and not tag.endswith("/"):
        return "/" + kind
    if kind.strip("/") in _ROW_ENDS:
        words.append("\n")
    elif kind.strip("/") in ("td", "th"):
        words.append("   ")
    words.append(text)
    return ""
