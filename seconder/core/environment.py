"""What an operator may set: one table, read once from the environment, refusing what it does not know.

`docs/reference/settings.md` is printed from this table (`seconder settings`); a test holds the two together.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from seconder.core import identity_providers, recipient_facts

PREFIX = "SECONDER_"
FILE = "_FILE"
SHORTEST_SECRET = 32  # characters


class Misconfigured(Exception):
    """A setting that stops the start. The message names the variable and what to do, and never its value."""


def _any(value: str) -> str | None:  # noqa: ARG001  some variables take any text
    return None


def _secret(value: str) -> str | None:
    return None if len(value) >= SHORTEST_SECRET else f"is shorter than {SHORTEST_SECRET} characters"


def _one_of(*words: str) -> Callable[[str], str | None]:
    return lambda value: None if value in words else f"must be one of {', '.join(words)}"


def _url(*schemes: str) -> Callable[[str], str | None]:
    def check(value: str) -> str | None:
        parts = urlsplit(value)
        if parts.scheme in schemes and (parts.netloc or parts.path):
            return None
        return f"must be a URL that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"

    return check


def _origin(value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/") and not parts.query:
        return None
    return "must be an address without a path, like https://seconder.example.com"


def _days(value: str) -> str | None:
    """Sums of what was paid look back 31 days, so runs have to be there for longer."""
    return (
        None if value.isdecimal() and 32 <= int(value) <= 36_500 else "must be a number of days, 32 or more"
    )


def _model(value: str) -> str | None:
    provider, colon, name = value.partition(":")
    return (
        None if value == "builtin" or (colon and provider and name) else "must be builtin or provider:model"
    )


def _networks(value: str) -> str | None:
    try:
        [ipaddress.ip_network(part.strip()) for part in value.split(",")]
    except ValueError:
        return "must be addresses or networks with commas between, like 10.0.0.0/8,192.168.1.4"
    return None


def _contacts(value: str) -> str | None:
    for each in value.split(","):
        parts = urlsplit(contact := each.strip())
        is_mail = parts.scheme == "mailto" and re.fullmatch(r"[^@\s]+@[^@\s]+", parts.path)
        is_page = parts.scheme == "https" and parts.hostname
        if not (is_mail or is_page) or not contact.isprintable() or " " in contact:
            return "must be addresses with commas between, each with mailto: or https:// before it"
    return None


def _mail_url(value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme not in ("postmark", "mailgun"):
        return _url("file", "smtp", "smtps", "postmark", "mailgun")(value)
    if not parts.username or not parts.hostname or (parts.scheme == "mailgun" and not parts.path.strip("/")):
        return "needs the provider's key and host, and of Mailgun the domain that sends"
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return "may leave out TLS on this machine only" if "tls=none" in parts.query and not is_here else None


def _relay(value: str) -> str | None:
    return None if value.startswith("https://") or _is_here(value) else _url("https")(value)


def _is_here(value: str) -> bool:
    return urlsplit(value).hostname in ("127.0.0.1", "localhost", "::1")


def _error_tracker(value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not (
        parts.hostname and parts.username and parts.path.strip("/")
    ):
        return "must be the address of a project, like https://KEY@sentry.example.com/7"
    is_safe = parts.scheme == "https" or _is_here(value)
    return None if is_safe else "may leave out TLS on this machine only"


def _dkim_key(value: str) -> str | None:
    from seconder.core.mail_keys import complaint

    return complaint(value)


def _days_of_notice(value: str) -> str | None:
    return None if value.isdecimal() and int(value) <= 365 else "must be a number of days, 0 to 365"


def _label(value: str) -> str | None:
    is_one = re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?", value)
    return None if is_one else "must be a name as DNS has them: small letters, digits, hyphens"


def _slug(value: str) -> str | None:
    is_one = re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value)
    return None if is_one else "must be an organization's name in addresses, like acme"


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable, named without its prefix. `check` answers with a complaint, or None."""

    name: str
    default: str | None
    meaning: str
    check: Callable[[str], str | None] = _any
    default_in_words: str = ""


VARIABLES = (
    Variable(
        "DATABASE_URL",
        None,
        "PostgreSQL 16 or newer, `postgresql://user:password@host/name`. With it, nothing embedded starts.",
        _url("postgresql", "postgres"),
        "the embedded PostgreSQL under `SECONDER_DATA_DIR`",
    ),
    Variable(
        "DATA_DIR",
        None,
        "The folder that holds the embedded database, secrets, outgoing mail and files.",
        default_in_words="`var` in the checkout",
    ),
    Variable(
        "SECRET_KEY",
        None,
        "Encrypts and signs what is stored; at least 32 characters. Without it, the data is unreadable.",
        _secret,
        "made once under `SECONDER_DATA_DIR/secrets`; required together with `SECONDER_DATABASE_URL`",
    ),
    Variable(
        "BASE_URL",
        "http://127.0.0.1:8000",
        "The address that people open, used in every link that is sent. With https, cookies are secure.",
        _origin,
    ),
    Variable(
        "MODEL",
        "builtin",
        "The language model of agents that name none: `builtin`, or `provider:model` like `openai:gpt-4.1`.",
        _model,
    ),
    Variable(
        "MODEL_BASE_URL",
        None,
        "An OpenAI-compatible server to ask instead of the provider's own, like `http://127.0.0.1:11434/v1`.",
        _url("http", "https"),
        "the provider's own",
    ),
    Variable(
        "MODEL_API_KEY",
        None,
        "The key for that server. A provider's own variable (`OPENAI_API_KEY` and the like) works too.",
        default_in_words="none",
    ),
    Variable(
        "EMAIL_URL",
        None,
        "Where mail goes: `file:///folder` (one .eml per message), `smtp://user:password@host:587`, `smtps://…`, "
        "`postmark://TOKEN@api.postmarkapp.com/STREAM` or `mailgun://KEY@api.mailgun.net/DOMAIN`.",
        _mail_url,
        "`outbox` under `SECONDER_DATA_DIR`",
    ),
    Variable(
        "EMAIL_WEBHOOK_SECRET",
        None,
        "By which Postmark (`user:password`) or Mailgun (its signing key) proves what it tells at `/webhooks/mail/`.",
        default_in_words="none: nothing is told there",
    ),
    Variable(
        "DKIM_KEY",
        None,
        "An RSA key in PEM that signs mail over SMTP: see [DKIM](../guide/mail-and-notifications.md#dkim).",
        _dkim_key,
        "none: mail is not signed here",
    ),
    Variable(
        "DKIM_SELECTOR",
        "seconder",
        "Under which name the DNS of the sender's domain has the public half: `SELECTOR._domainkey.DOMAIN`.",
        _label,
    ),
    Variable(
        "OBJECT_STORE_URL",
        None,
        "Where files will be kept, `file:///folder` or `s3://bucket/prefix`. This version keeps none: what lies in "
        "the folder undeclared stops the start.",
        _url("file", "s3"),
        "`files` under `SECONDER_DATA_DIR`",
    ),
    Variable(
        "SIGN_UP",
        "open",
        "`open`: anybody may sign up. `invitation`: only who was invited.",
        _one_of("open", "invitation"),
    ),
    Variable(
        "OPERATOR",
        None,
        "The organization (its name in addresses) that runs this installation: what is about all of it, like the data "
        "map, opens to its owners and admins only.",
        _slug,
        "the first that was made here",
    ),
    Variable(
        "KEEP_RUNS_DAYS",
        "365",
        "Days after its end that a run is kept, with what was decided about it; then it is deleted. The record stands.",
        _days,
    ),
    Variable(
        "IDENTITY_PROVIDERS",
        None,
        "Whom people may sign in with, as JSON: see [Signing in](../guide/signing-in.md#identity-providers).",
        identity_providers.complaint,
        "none",
    ),
    Variable(
        "COUNTRY",
        None,
        "The country in which this installation stands, like `DE`. With it, nobody abroad receives data without a "
        "mechanism of transfer and a fallback: see [Recipients](../guide/recipients.md).",
        recipient_facts.country,
        "none: nobody can say what is abroad",
    ),
    Variable(
        "RECIPIENTS",
        None,
        "What you know of those who receive data (who, where, by which agreement), as JSON: see "
        "[Recipients](../guide/recipients.md).",
        recipient_facts.complaint,
        "what Seconder knows of them",
    ),
    Variable(
        "ANALYTICS_RELAY",
        None,
        "An analytics provider's address that is told of pages opened by those who said yes: see "
        "[Usage and errors](../guide/usage-and-errors.md#your-own-tools).",
        _relay,
        "none: nobody is told, and nobody is asked",
    ),
    Variable(
        "ERROR_TRACKER",
        None,
        "Where errors are sent besides their page, as Sentry and its like name it: `https://KEY@host/PROJECT`.",
        _error_tracker,
        "none: errors stay here",
    ),
    Variable(
        "TRUSTED_PROXIES",
        None,
        "Addresses of the proxies in front, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
        _networks,
        "none: nobody's are",
    ),
    Variable(
        "SECURITY_CONTACT",
        None,
        "Who is told of weaknesses, `mailto:…` or `https://…`, with commas between: `/.well-known/security.txt`.",
        _contacts,
        "none: there is no such file",
    ),
    Variable(
        "PRIVACY_CONTROLLER",
        None,
        "Who answers for the data here: the name of the company or person, for the privacy policy.",
        default_in_words="none: the policy says that it is not said",
    ),
    Variable(
        "PRIVACY_ADDRESS",
        None,
        "Their postal address, on one line with commas, for the privacy policy.",
        default_in_words="none: the policy says that it is not said",
    ),
    Variable(
        "PRIVACY_CONTACT",
        None,
        "Where people ask about their data, `mailto:…` or `https://…`, with commas between.",
        _contacts,
        "none: the policy says that it is not said",
    ),
    Variable(
        "PRIVACY_OFFICER",
        None,
        "The data protection officer's address, `mailto:…` or `https://…`, with commas between.",
        _contacts,
        "none: the policy names none",
    ),
    Variable(
        "PRIVACY_REPRESENTATIVE",
        None,
        "Name and address of the representative in the EU or the United Kingdom, on one line.",
        default_in_words="none: the policy names none",
    ),
    Variable(
        "PRIVACY_NOTICE_DAYS",
        "14",
        "Days between telling people of a change of the privacy policy that matters to them, and its effect: 0 to 365.",
        _days_of_notice,
    ),
    Variable(
        "LOG_FORMAT",
        None,
        "`json`, one object a line, or `console`, for eyes. Logs go to stderr.",
        _one_of("json", "console"),
        "`console` on a terminal, `json` otherwise",
    ),
    Variable(
        "URL",
        None,
        "Read by the command line only: the server it speaks to.",
        _origin,
        "`SECONDER_BASE_URL`",
    ),
    Variable(
        "API_KEY",
        None,
        "Read by the command line only: the key it speaks with.",
        default_in_words="none",
    ),
)
_BY_NAME = {variable.name: variable for variable in VARIABLES}


def read(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Every variable of the table by its short name, checked; an empty one counts as not set."""
    _refuse_unknown(environ)
    return {variable.name: _value(variable, environ) for variable in VARIABLES}


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {PREFIX + name + ending for name in _BY_NAME for ending in ("", FILE)}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]}?" if near else "docs/reference/settings.md lists them."
            raise Misconfigured(f"{name} is not a setting of Seconder; {meant}")


def _value(variable: Variable, environ: Mapping[str, str]) -> str | None:
    name = PREFIX + variable.name
    given, file = environ.get(name, ""), environ.get(name + FILE, "")
    if given and file:
        raise Misconfigured(f"{name} and {name}{FILE} are both set; keep one of them.")
    if file:
        name, given = name + FILE, _content(name + FILE, Path(file))
    if not given:
        return variable.default
    complaint = variable.check(given)
    if complaint:
        raise Misconfigured(f"{name} {complaint}.")
    return given


def _content(name: str, path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as failure:
        why = getattr(failure, "strerror", None) or "it is not text"
        raise Misconfigured(f"{name} names {path}, which cannot be read: {why}.") from failure
    if not content:
        raise Misconfigured(f"{name} names {path}, which is empty.")
    return content
