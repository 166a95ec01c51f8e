"""Every link in every message that the product sends, fetched as scanners of mail and chat do: nothing changes."""

from __future__ import annotations

import email
import re
from collections import Counter
from datetime import datetime, timedelta
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django_scopes import scope, scopes_disabled

from seconder.accounts.identity import letters
from seconder.accounts.invitations.inviting import invite
from seconder.core.clock import now
from seconder.core.mail.kinds import MAIL_KINDS
from seconder.core.mail.linting import faults
from seconder.core.mail.message import compose
from seconder.events.news import News
from seconder.notifications import preferring
from seconder.notifications.kinds import KINDS
from seconder.notifications.letter import LETTERS as MAILED
from seconder.notifications.letter import Line, letter
from seconder.notifications.models import Notification
from seconder.notifications.preferring import Chosen
from seconder.notifications.tests.conftest import NO_ADDRESS, Office, asking, office
from seconder.notifications.tests.test_preferences import choose
from seconder.testing import Cast, deliver
from seconder.verification.models import Review
from seconder.verification.timers import fire_timers

__all__ = ["asking", "office"]
SCANNERS = (
    "Mozilla/5.0 (compatible; Microsoft Office Existence Discovery) SafeLinks",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Proofpoint URL Defense",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Microsoft Teams LinkPreview; +https://teams.microsoft.com)",
    "Mimecast-URL-Protect/1.0",
    "Barracuda Sentinel (EE)",
    "WhatsApp/2.23.20.0 A",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "GoogleImageProxy via ggpht.com",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
)
LETTERS = Path(__file__).resolve().parents[1] / "seconder" / "accounts" / "templates" / "account" / "email"


IN_TIME = {"remind": ["1h"], "escalate": [{"after": "2h", "to": "finance@example.com"}]}


def hours_go_by(office: Office) -> None:
    """So that it reminds and asks more people, and mails of it go out."""
    back = timedelta(hours=2, minutes=1)
    with scopes_disabled():
        for review in Review.objects.filter(status="open"):
            review.opened_at, review.due_at = review.opened_at - back, review.due_at - back
            review.timers = [
                {**timer, "at": (datetime.fromisoformat(timer["at"]) - back).isoformat()}
                for timer in review.timers
            ]
            review.next_at = review.first_moment
            review.save()
    fire_timers()
    office.work()
    office.later()


def mails(outbox: Path) -> list[str]:
    read = [
        email.message_from_bytes(file.read_bytes(), policy=default) for file in sorted(outbox.glob("*.eml"))
    ]
    # With every header, as some of them hold links as well.
    return ["\n".join([*map(str, mail.values()), mail.get_content()]) for mail in read]


def links(texts: list[str], site: str) -> set[str]:
    found = {link for text in texts for link in re.findall(r"https?://[^\s<>\"]+", text)}
    assert all(link.startswith(f"{site}/") for link in found), "a message leads to this site alone"
    return {link.removeprefix(site) for link in found}


def dumped() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, whatever its order on disk; without how often an address was asked for of late, which
    protects links from being guessed and is not state of anything."""
    with connection.cursor() as cursor:
        tables = [
            table for table in connection.introspection.table_names(cursor) if table != "accounts_attempt"
        ]
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t ORDER BY 1')
            rows[table] = list(cursor.fetchall())
    return rows


def write_every_letter(cast: Cast) -> int:
    """Of our own words about accounts, each kind that there is, to Bob; and an invitation."""
    facts = {
        "code": "123456",
        "organization": cast.demo,
        "key": SimpleNamespace(name="laptop"),
        "device": SimpleNamespace(name="Firefox on Linux", country="Germany"),
        "kind": "a passkey",
        "when": now(),
        "until": now(),
        "from_email": "bob@example.com",
        "to_email": "bob@example.org",
        "provider": "Acme",
        "path": "/account/notifications/address/none-of-ours/",
    }
    kinds = sorted(path.name.removesuffix("_message.txt") for path in LETTERS.glob("*_message.txt"))
    for kind in kinds:
        letters.write(f"account/email/{kind}", "bob@example.com", **facts)
    with scope(organization=cast.demo.pk):
        invite(cast.actor("alice"), "newcomer@example.org", "member")
    return len(kinds)


@pytest.mark.django_db(transaction=True)
def test_links_that_scanners_fetch_change_nothing(
    office: Office, asking: object, settings: LazySettings
) -> None:
    assert callable(asking)
    choose(office, "dana", **{"run-failed": "digest"})
    for risk in ("low", "normal", "high"):
        office.start(asking("bob", "cfo", risk=risk, **IN_TIME), name=risk.capitalize())
    office.start(NO_ADDRESS, name="Failing")
    with scopes_disabled():
        Notification.objects.filter(mail_due_at__isnull=False).update(mail_due_at=now())  # the digest too
    office.later()
    hours_go_by(office)
    kinds = write_every_letter(office.cast)
    deliver()
    texts = mails(office.outbox)
    assert "review.reminded" in office.heard("bob")
    assert "review.escalated" in office.heard("finance")
    assert len(office.letters("bob")) > 1, "asked, and reminded"
    assert office.letters("finance"), "asked in addition"
    addresses = links(texts, settings.BASE_URL)
    assert len(texts) >= kinds + 3
    assert any("Digest: 1 run failed" in text for text in texts)
    # One each for Bob and the CFO, once more with the reminder as the due time was moved for it, and one for Finance.
    assert sum(address.startswith("/answer/") for address in addresses) == 5
    for kind in (
        "/sign-in/",
        "/unsubscribe/",
        "/invitations/",
        "/demo/reviews/",
        "/demo/runs/",
        "/account/devices/",
    ):
        assert any(
            (address.startswith(kind) and len(address) > len(kind)) or address == kind
            for address in addresses
        ), kind
    before, count = dumped(), 0
    for address in sorted(addresses):
        for scanner in SCANNERS:
            for method in ("get", "head", "get", "head"):
                answer = getattr(Client(), method)(address, headers={"User-Agent": scanner}, follow=True)
                assert answer.status_code < 500, address
                count += 1
    after = dumped()
    changed = {table: (rows, after[table]) for table, rows in before.items() if rows != after[table]}
    assert changed == {}, sorted(changed)
    print(
        f"{len(addresses)} links of {len(texts)} messages, {len(SCANNERS)} scanners, {count} fetches: nothing changed"
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("K-02", "K-06", "V-09")
@pytest.mark.invariant("B08", "F11")
def test_every_message_of_the_products_own_keeps_the_rules(office: Office, asking: object) -> None:
    """One of each kind that is declared, read as it went out: no picture, no foreign address, no unsubscribing where
    one is asked, one click where one is told."""
    assert callable(asking)
    dana = office.cast.dana
    for way in ("mail", "digest"):
        preferring.choose(dana, Chosen(ways=dict.fromkeys(("run-failed", "run-ended", "review-closed"), way)))
        run = office.start(asking("bob", risk="low"), name="See https://evil.example and www.evil.example")
        office.start(NO_ADDRESS, name="Failing")
        office.later()
        office.decide(run, "bob")
        office.fall_due()
    write_every_letter(office.cast)
    deliver()
    seen: Counter[str] = Counter()
    for file in office.outbox.glob("*.eml"):
        found = re.match(r"notifications-[0-9a-f-]{36}-(.+)-\d{8}T", file.name)
        kind = MAIL_KINDS[found[1] if found else "account"]
        assert faults(file.read_bytes(), kind) == [], file.name
        assert b"/privacy/" in file.read_bytes(), f"{file.name} does not lead to the privacy policy"
        seen[kind.name] += 1
    assert {"account", "asked", "digest", "run-failed", "run-ended", "review-closed"} <= set(seen)
    told = News("See https://evil.example and www.evil.example", "runs/", "note")
    for name in MAILED:  # also those that take long to come about
        lines = [Line(office.cast.demo, kind, told) for kind in KINDS.values()]
        made = compose(letter(dana, lines, name), name, "seconder@example.com")
        assert faults(made.content, MAIL_KINDS[name]) == [], name
    # Those of the policy are read in seconder/privacy/tests.
    assert set(MAIL_KINDS) == {*MAILED, "account", "policy", "recipients"}


@pytest.mark.django_db(transaction=True)
def test_the_link_of_a_mail_leads_to_what_its_risk_asks_for(
    office: Office, asking: object, settings: LazySettings
) -> None:
    assert callable(asking)
    reviews: dict[str, Review] = {}
    for risk in ("low", "normal", "high"):
        reviews[risk] = office.review(office.start(asking("bob", risk=risk), name=risk.capitalize()))
    office.later()
    found = links(mails(office.outbox), settings.BASE_URL)
    (answer,) = (address for address in found if address.startswith("/answer/"))
    given = {"verdict": "approve", "digest": reviews["low"].digest}
    assert Client().post(answer, given).status_code == 303
    for risk in ("normal", "high"):
        page = f"/demo/reviews/{reviews[risk].pk}/"
        assert page in found
        asked = Client().get(page)
        assert asked.status_code == 302
        assert asked["Location"].startswith("/sign-in/?next=")
        assert (
            Client().post(f"{page}decisions/", {**given, "digest": reviews[risk].digest}).status_code == 302
        )
    office.work()
    with scopes_disabled():
        states = [Review.objects.get(pk=one.pk).status for one in reviews.values()]
    assert states == ["decided", "open", "open"]
