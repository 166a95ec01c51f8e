"""People choose with an account or without, with scripts or without, and what they chose is what happens."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from seconder.accounts.models import Person
from seconder.core import purposes
from seconder.core.clock import now
from seconder.core.cookies import COOKIES, Cookie
from seconder.core.json import canonical
from seconder.core.recipients import RECIPIENTS, Recipient
from seconder.events.signing import RECEIPT
from seconder.privacy import proofs
from seconder.privacy.choices import questions, standing
from seconder.privacy.choices.checks import unasked
from seconder.privacy.disclosures import stopping
from seconder.privacy.models import ChoiceCount, Consent
from seconder.privacy.models.consent import broken
from seconder.telemetry.flushing import flush, forget
from seconder.telemetry.models import Measurement
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
VISITS = "analytics.visits"
HERE = {"Origin": "http://testserver"}
GPC = {"Sec-GPC": "1"}
CHOICES, VISIT = settings.CHOICES_COOKIE_NAME, settings.VISIT_COOKIE_NAME
ASK = b"data-ask"


def say(
    client: Client, word: str, headers: dict[str, str] = HERE, **fields: str
) -> Any:  # Any: the test client's answer
    return client.post("/privacy/choices/", {"all": word, "surface": "banner", **fields}, headers=headers)


def kept(answer: Any) -> set[str]:  # Any: as above
    """The names of the cookies that an answer sets, or leaves, in a browser."""
    return {name for name, morsel in answer.cookies.items() if morsel["max-age"] != 0}


@pytest.mark.invariant("B01")
@pytest.mark.clause("K-01", "K-04")
def test_nothing_optional_before_a_choice_nor_after_a_no() -> None:
    browser = Client()
    first = browser.get("/sign-in/")
    assert ASK in first.content
    assert not {CHOICES, VISIT} & kept(first)
    said = say(browser, "no", next="/sign-in/")
    assert (said.status_code, said["Location"]) == (303, "/sign-in/")
    after = browser.get("/sign-in/")
    assert ASK not in after.content
    assert VISIT not in kept(after)
    assert list(ChoiceCount.objects.values_list("choice", "surface", "count")) == [("refused", "banner", 1)]


@pytest.mark.invariant("B03", "B10")
@pytest.mark.clause("K-03", "K-04", "A-05")
def test_a_yes_makes_the_one_cookie_and_taking_it_back_deletes_it() -> None:
    browser = Client()
    assert VISIT not in kept(browser.get("/sign-in/"))
    say(browser, "yes")
    visit = browser.get("/sign-in/").cookies[VISIT]
    assert visit["max-age"] == 1800
    assert browser.get("/privacy/").cookies[VISIT].value == visit.value, "one number for one visit"
    back = say(browser, "no")
    assert back.cookies[VISIT]["max-age"] == 0
    assert VISIT not in kept(browser.get("/sign-in/"))
    counts = ChoiceCount.objects.select_related("notice")
    assert {count.choice for count in counts} == {"given", "refused"}
    for count in counts:
        assert hashlib.sha256(count.notice.text.encode()).hexdigest() == count.notice_id
        assert questions.asked()[VISITS].text in count.notice.text


@pytest.mark.invariant("B03", "C01")
@pytest.mark.clause("K-04", "T-09")
def test_the_server_follows_no_path_without_a_yes() -> None:
    forget()
    browser = Client()

    def paths(**headers: str) -> int:
        """How many pairs of pages are counted, after somebody opened three pages."""
        for path in ("/sign-in/", "/privacy/", "/privacy/choices/"):
            browser.get(path, headers=headers)
        flush()
        return Measurement.objects.filter(measure__endswith="ways").count()

    assert paths() == 0, "before a choice"
    say(browser, "no")
    assert paths() == 0, "after a no"
    say(browser, "yes")
    assert paths(**GPC) == 0, "under the signal, whatever was chosen"
    allowed = paths()
    assert allowed > 0
    say(browser, "no")
    browser.cookies[VISIT] = "f" * 32
    assert paths() == allowed, "taken back"


@pytest.mark.invariant("B02")
def test_nobody_is_asked_again_for_six_months_or_until_more_would_happen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = Client()
    choice = say(browser, "yes").cookies[CHOICES]
    assert choice["max-age"] == 183 * 24 * 3600
    assert choice.value.endswith("~analytics.visits~"), "the same for all who chose the same: no identifier"
    assert ASK not in browser.get("/sign-in/").content
    longer = {**COOKIES[VISIT].__dict__, "kept": 3600}
    monkeypatch.setitem(COOKIES, VISIT, type(COOKIES[VISIT])(**longer))
    changed = browser.get("/sign-in/")
    assert ASK in changed.content
    assert VISIT not in kept(changed), "the yes was to less than this"


@pytest.mark.invariant("B10", "C04")
@pytest.mark.clause("P-03", "V-22", "R-14")
def test_an_account_has_a_chained_ledger_and_signed_receipts(cast: Cast) -> None:
    browser = enter(Client(), cast.alice)
    assert not Consent.given(cast.alice, VISITS)
    for word in ("yes", "no", "yes"):
        say(browser, word, surface="account")
    assert Consent.given(cast.alice, VISITS)
    assert purposes.allowed(cast.alice.pk, VISITS)
    assert not purposes.allowed(cast.bob.pk, VISITS)
    rows = list(Consent.objects.of(cast.alice.pk).select_related("notice"))
    assert [row.choice for row in rows] == ["given", "refused", "given"]
    page = browser.get("/account/privacy/choices/").content.decode()
    assert page.count("Receipt</span>") == 3
    for row in rows:
        got = browser.get(f"/account/privacy/choices/{row.pk}/receipt/")
        receipt = json.loads(got.content)
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(receipt["public_key"]))
        key.verify(bytes.fromhex(receipt["signature"]), RECEIPT + canonical(receipt["receipt"]))
        shown = receipt["receipt"]["privacy_notice"]
        assert hashlib.sha256(shown["text"].encode()).hexdigest() == shown["text_sha256"] == row.notice_id
        assert receipt["receipt"]["events"][0]["event_state"] == row.choice
        others = enter(Client(), cast.bob).get(f"/account/privacy/choices/{row.pk}/receipt/")
        assert others.status_code == 404


def test_the_ledger_never_changes_and_tells_where_it_was_changed(cast: Cast) -> None:
    browser = enter(Client(), cast.alice)
    for word in ("yes", "no"):
        say(browser, word)
    assert broken() == ""
    for statement in ("UPDATE privacy_consent SET choice = 'given'", "DELETE FROM privacy_consent"):
        refused = pytest.raises(DatabaseError, match="never changed")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE privacy_consent SET choice = 'given' WHERE seq = 2")
        assert broken() == "Row 2 of the ledger of choices was changed."
        cursor.execute("DELETE FROM privacy_consent WHERE seq = 2")
        assert broken() == ""
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_yes_ends_with_the_question_and_with_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = enter(Client(), cast.alice)
    say(browser, "yes")
    day = timedelta(days=184)
    with monkeypatch.context() as changed:
        longer = {**COOKIES[VISIT].__dict__, "kept": 3600}
        changed.setitem(COOKIES, VISIT, type(COOKIES[VISIT])(**longer))
        assert not Consent.given(cast.alice, VISITS), "what was agreed to was less"
    assert Consent.given(cast.alice, VISITS)
    person = Person.objects.get(pk=cast.alice.pk)
    person.choices[VISITS][2] = (now() - day).date().isoformat()
    assert standing.of_account(person) == {}


@pytest.mark.invariant("C02")
@pytest.mark.clause("T-09")
@pytest.mark.parametrize(
    ("value", "is_heard"),
    [
        ("1", True), ("0,1", True), ("1,0", True), ("1, 1", True), (" 1 ", True), ("0", False), ("", False),
        ("true", False), ("11", False), ("1.0", False), ("01", False), ("1;a", False), ("yes,on", False), ("-1", False),
    ],
)  # fmt: skip
def test_the_signal_is_exactly_one(value: str, is_heard: bool) -> None:
    page = Client().get("/sign-in/", headers={"Sec-GPC": value})
    assert (b"It is honoured" in page.content) == is_heard
    assert (ASK in page.content) != is_heard


@pytest.mark.invariant("C01", "C03", "C06")
@pytest.mark.clause("T-09", "K-04")
def test_the_signal_counts_from_the_first_page_and_is_shown() -> None:
    browser = Client()
    page = browser.get("/sign-in/", headers=GPC)
    assert VISIT not in kept(page)
    assert b"It is honoured" in page.content
    assert {"Sec-GPC", "Cookie"} <= {name.strip() for name in page["Vary"].split(",")}
    say(browser, "yes")
    assert VISIT in kept(browser.get("/sign-in/"))
    assert browser.get("/sign-in/", headers=GPC).cookies[VISIT]["max-age"] == 0, (
        "kept to it, whatever was chosen"
    )
    shown = browser.get("/privacy/choices/", headers=GPC).content.decode()
    assert "off, as your browser sends the signal" in shown


@pytest.mark.invariant("C04")
@pytest.mark.clause("T-09")
def test_the_signal_of_a_known_person_counts_elsewhere_and_later(cast: Cast) -> None:
    desk, phone = enter(Client(), cast.alice), enter(Client(), cast.alice)
    say(desk, "yes")
    assert VISIT in kept(desk.get("/demo/"))
    phone.get("/demo/", headers=GPC)
    phone.get("/demo/", headers=GPC)
    assert not purposes.allowed(cast.alice.pk, VISITS), "for jobs too"
    assert [row.surface for row in Consent.objects.of(cast.alice.pk)] == ["signal", "banner"], "written once"
    other = desk.get("/demo/")
    assert other.cookies[VISIT]["max-age"] == 0
    assert b"honoured wherever you are signed in" in other.content
    assert b"First heard" in desk.get("/account/privacy/choices/").content
    Person.objects.filter(pk=cast.alice.pk).update(choices={})  # as when the answer is too old to count
    desk.cookies[CHOICES] = standing.written({VISITS: True})
    assert VISIT not in kept(desk.get("/demo/")), "a signal has no end"


@pytest.mark.invariant("C07")
@pytest.mark.clause("T-09")
def test_a_yes_against_the_signal_is_asked_in_words_and_logged(cast: Cast) -> None:
    browser = enter(Client(), cast.alice)
    browser.get("/demo/", headers=GPC)
    asked = say(browser, "yes")
    assert asked.status_code == 409
    assert b"Your signal says no, and you said yes" in asked.content
    assert not Consent.given(cast.alice, VISITS)
    with capture_logs() as said:
        assert say(browser, "yes", despite="signal").status_code == 303
    assert [line["kind"] for line in said if line["event"] == "choice.over_signal"] == [VISITS]
    assert Consent.objects.of(cast.alice.pk)[0].is_over_signal
    assert purposes.allowed(cast.alice.pk, VISITS)
    assert VISIT in kept(browser.get("/demo/"))
    assert VISIT not in kept(browser.get("/demo/", headers=GPC)), "never while the browser sends it"
    assert Consent.objects.of(cast.alice.pk).count() == 2, "heard once, and not again"


@pytest.mark.invariant("C04")
def test_a_signal_that_only_scripts_hear_counts_as_well(cast: Cast) -> None:
    browser = enter(Client(), cast.alice)
    heard = say(browser, "yes", {**HERE, "Accept": "application/json"}, signal="script")
    assert heard.status_code == 204
    rows = Consent.objects.of(cast.alice.pk)
    assert [(row.choice, row.signal) for row in rows] == [("refused", "script")]
    assert b"shows Global Privacy Control" in browser.get("/demo/").content


@pytest.mark.invariant("C08", "B07")
@pytest.mark.clause("K-05", "T-08")
def test_choices_need_no_account_cookie_or_script_and_two_steps() -> None:
    for path in ("/sign-in/", "/privacy/", "/no/such/page/at/all/"):
        assert b'href="/privacy/choices/"' in Client().get(path).content, path
    bare = Client(enforce_csrf_checks=True)
    page = bare.get("/privacy/choices/").content.decode()
    assert "Refuse this cookie" in page
    assert "<script" not in page.split("<body", 1)[1]
    bare.cookies.clear()
    assert say(bare, "no").status_code == 303
    assert say(bare, "no", {}).status_code == 303, "a browser that says nothing of where it was may refuse"


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_no_other_site_says_yes_for_anybody(cast: Cast, headers: dict[str, str]) -> None:
    browser = enter(Client(), cast.alice)
    for fields in ({}, {"signal": "script"}):
        refused = say(browser, "yes", headers, **fields)
        assert refused.status_code == 403
        assert CHOICES not in kept(refused)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_an_answer_leads_to_pages_of_ours_only(there: str) -> None:
    assert say(Client(), "no", next=there)["Location"] == "/privacy/choices/"


@pytest.mark.parametrize(
    "fields", [{}, {"all": "maybe"}, {"no.such.purpose": "yes"}, {"all": "no", "more": "1"}]
)
def test_what_is_no_answer_is_refused(fields: dict[str, str]) -> None:
    assert Client().post("/privacy/choices/", fields, headers=HERE).status_code == 422
    assert not ChoiceCount.objects.exists()


def test_a_yes_leaves_with_who_said_it(cast: Cast) -> None:
    browser = enter(Client(), cast.alice)
    say(browser, "yes")
    assert VISIT in kept(browser.get("/demo/"))
    out = browser.post("/sign-out/")
    assert (out.cookies[VISIT]["max-age"], out.cookies[CHOICES]["max-age"]) == (0, 0)
    next_one = enter(browser, cast.bob).get("/demo/")
    assert ASK in next_one.content
    assert VISIT not in kept(next_one)


@pytest.mark.invariant("C05")
@pytest.mark.clause("T-09")
def test_the_well_known_file_claims_what_was_proved() -> None:
    answer = Client().get("/.well-known/gpc.json")
    assert answer["Content-Type"] == "application/json"
    told: dict[str, Any] = answer.json()
    assert set(told) == {"gpc", "lastUpdate"}
    assert datetime.fromisoformat(told["lastUpdate"])
    assert told["gpc"] is all(proofs.read().of(name) for name in ("C01", "C02", "C03", "C04"))


@pytest.mark.invariant("C09", "C10")
@pytest.mark.clause("T-02", "T-08", "G-13")
def test_there_is_no_advertising_and_the_industrys_page_is_told_with_its_limits() -> None:
    page = Client().get("/privacy/choices/").content.decode()
    assert "no advertising recipients" in page
    assert "https://optout.aboutads.info/" in page
    assert "covers only the companies that are members" in page


@pytest.mark.invariant("B06", "C01")
@pytest.mark.clause("T-04")
def test_the_browser_may_ask_others_only_after_a_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    relay = Recipient(
        "relay",
        "A relay",
        "analytics provider",
        "nowhere",
        (),
        (),
        (VISITS,),
        browser_hosts=("stats.example",),
    )
    monkeypatch.setitem(RECIPIENTS, relay.id, relay)
    browser = Client()

    def asks(**headers: str) -> bool:
        policy = browser.get("/sign-in/", headers=headers)["Content-Security-Policy"]
        return "connect-src 'self' https://stats.example" in policy

    assert not asks(), "before a choice"
    say(browser, "yes")
    assert asks()
    assert not asks(**GPC), "under the signal"
    monkeypatch.setitem(RECIPIENTS, relay.id, replace(relay, enabled=lambda: False))
    assert not asks(), "while it is switched off"
    monkeypatch.setitem(RECIPIENTS, relay.id, relay)
    stopping.stop(relay.id)
    assert not asks(), "while it is stopped"
    stopping.resume(relay.id)
    monkeypatch.setitem(RECIPIENTS, relay.id, replace(relay, purposes=("service",)))
    assert not asks(), "for what nobody is asked about"
    monkeypatch.setitem(RECIPIENTS, relay.id, relay)
    say(browser, "no")
    assert not asks(), "taken back"


@pytest.mark.invariant("C10")
@pytest.mark.clause("T-02")
def test_the_start_refuses_advertising_that_nobody_can_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unasked() == []
    ads = Recipient("ads", "Ads Inc.", "advertising", "nowhere", ("ads.example",), (), ("service",))
    monkeypatch.setitem(RECIPIENTS, "ads", ads)
    said = " ".join(fault.msg for fault in unasked())
    assert "ads advertises for service, which nobody is asked about" in said
    assert b"Ads Inc." in Client().get("/privacy/choices/").content
    monkeypatch.setitem(COOKIES, "ad", Cookie("ad", "service", "An advertiser's", kept=60, optional=True))
    said = " ".join(fault.msg for fault in unasked())
    assert "The optional cookie ad serves service, about which nobody is asked" in said


def test_choices_cost_no_statement(cast: Cast, django_assert_num_queries: Any) -> None:  # Any: a fixture
    browser = enter(Client(), cast.alice)
    for _ in range(2):  # the first reads what is read once a minute
        with CaptureQueriesContext(connection) as before:
            browser.get("/account/")
    say(browser, "yes")
    for headers in ({}, {}, GPC, GPC):
        with CaptureQueriesContext(connection) as after:
            browser.get("/account/", headers=headers)
    assert len(after) == len(before)
    with django_assert_num_queries(0):
        Client().get("/sign-in/")
