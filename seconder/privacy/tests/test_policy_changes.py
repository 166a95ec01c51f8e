"""When the policy changes: how much a change weighs, who is told and when, and that no new use reaches back."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.test import Client
from django_scopes import scope

from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.core.purposes import Purpose, allowed
from seconder.core.recipients import RECIPIENTS, DisclosureRefused, disclose
from seconder.core.refusals import Conflict, Invalid, NotAllowed
from seconder.events.models import Event
from seconder.privacy.models import PolicyNotice, PolicyVersion
from seconder.privacy.policy import document, standing, telling
from seconder.privacy.policy.comparing import changes, weight_of
from seconder.privacy.policy.publishing import begin, publish
from seconder.privacy.tests.policies import OTHER, also, published
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
NEW = Purpose(
    "service.guesses",
    "Guess what you may need",
    "essential.service",
    {"EU": "legitimate interest"},
    ("V-22",),
)
WITH_NEW = replace(OTHER, purposes=("service.accounts", NEW.id))
Facts = Any  # JSON


def _set(*path: str) -> Callable[[Facts, Any], None]:
    def change(facts: Facts, value: Any) -> None:
        for name in path[:-1]:
            facts = facts[name]
        if value is None:
            del facts[path[-1]]
        else:
            facts[path[-1]] = value

    return change


CASES: list[tuple[str, Callable[[Facts, Any], None], Any]] = [
    ("material", _set("data", "user.contact.email", "kept", "180 d"), {"words": "180 days", "days": 180}),
    ("material", _set("data", "user.name", "kept"), {"until lifted": {"words": "until then", "days": None}}),
    ("editorial", _set("data", "user.contact.email", "kept"), {"24 h": {"words": "24 hours", "days": 1}}),
    ("material", _set("data", "user.name", "erased"), ["restrict"]),
    ("material", _set("data", "user.name", "sources"), ["provided", "third-party"]),
    ("material", _set("data", "user.name", "purposes"), ["service.accounts", "service.security"]),
    ("editorial", _set("data", "user.telemetry"), None),
    ("consent-needed", _set("purposes", "service.guesses"), {
        "words": "Guess", "use": "essential.service", "bases": {"EU": "legitimate interest"}, "needs_consent": False,
        "stoppable_by": [],
    }),
    ("material", _set("purposes", "service.security", "bases"), {"EU": "contract"}),
    ("material", _set("purposes", "service.security", "words"), "Protect accounts, and more"),
    ("material", _set("clauses", "C-05"), None),
    ("material", _set("clauses", "C-05"), "You may perhaps change your name."),
    ("editorial", _set("clauses", "V-15"), "Another promise."),
    ("material", _set("controller", "name"), "Somebody else"),
    ("editorial", _set("controller", "contact"), ["mailto:new@example.com"]),
    ("material", _set("age"), 13),
    ("material", _set("notice_days"), 3),
    ("material", _set("cookies", "shiny"), {
        "purpose": "service", "what": "x", "kept": 60, "optional": True, "http_only": True, "place": "cookie"
    }),
]  # fmt: skip


@pytest.mark.clause("P-05")
@pytest.mark.parametrize(("weight", "change", "value"), CASES)
def test_each_change_weighs_what_it_means_for_people(
    weight: str, change: Callable[[Facts, Any], None], value: Any, settings: Any
) -> None:
    settings.PRIVACY_CONTROLLER = "Acme GmbH"
    before = document.current().read["facts"]
    after = copy.deepcopy(before)
    assert changes(before, after) == []
    change(after, value)
    found = changes(before, after)
    assert found, "it is noticed"
    assert weight_of(found) == weight, found


def test_who_gets_data_weighs_by_what_others_like_them_get() -> None:
    with also():
        before = document.current().read["facts"]
        with also(replace(OTHER, id="second", entity="Second Ltd")):
            alike = changes(before, document.current().read["facts"])
        with also(replace(OTHER, id="second", categories=("user.name", "user.contact.email"))):
            more = changes(before, document.current().read["facts"])
        with also(replace(OTHER, id="second", kind="advertiser")):
            strange = changes(before, document.current().read["facts"])
    assert [(change.weight, change.begins) for change in alike] == [("editorial", True)]
    assert [weight_of(found) for found in (more, strange)] == ["material", "material"]


@pytest.mark.clause("P-05", "V-08")
@pytest.mark.invariant("M01")
def test_everybody_is_told_once_before_it_counts_and_until_they_have_read_it(cast: Cast) -> None:
    begin()
    Person.objects.filter(pk=cast.cfo.pk).update(is_active=False)
    with also():
        with pytest.raises(Invalid, match="can count from"):
            published(cast, days=13)
        version = published(cast, summary="Helper helps.\nSee https://evil.example")
    late = cast.add("late", "member")
    cast.dana.delete()  # is erased before the mails go
    PolicyNotice.objects.filter(person=cast.charlie).delete()
    telling.go_on()  # whoever came since, or was missed, is told as well
    assert (version.weight, version.is_in_force) == ("material", False)
    for _ in range(2):
        telling.mail_notices(version.pk)
    sent = _mails("policy-2-")
    told = {"alice", "bob", "finance", "charlie", "late"}
    assert sorted(re.findall(r"^To: (\w+)@", "\n".join(sent), re.MULTILINE)) == sorted(told)
    sent = [mail.replace("=\n", "") for mail in sent]
    assert all("> See https://evil.example" in mail and "/account/privacy/notice/" in mail for mail in sent)
    assert not PolicyNotice.objects.filter(person=cast.cfo).exists(), "who is switched off hears nothing"

    bob = enter(Client(), cast.bob)
    assert "/account/privacy/notice/" in bob.get("/demo/").content.decode()
    assert "Helper helps." in bob.get("/account/privacy/notice/").content.decode()
    assert "/account/privacy/notice/" in bob.get("/demo/").content.decode(), "looking is not reading"
    assert bob.post("/account/privacy/notice/", {"number": "1"}).status_code == 404
    assert bob.post("/account/privacy/notice/", {"number": "2"}).status_code == 303
    assert "/account/privacy/notice/" not in bob.get("/demo/").content.decode()
    assert bob.get("/account/privacy/notice/").status_code == 404
    assert "/account/privacy/notice/" in enter(Client(), late).get("/demo/").content.decode()
    assert "A new version comes into force" in Client().get("/privacy/").content.decode()


@pytest.mark.invariant("M01")
def test_of_what_matters_to_nobody_nobody_is_told(cast: Cast, settings: Any) -> None:
    begin()
    settings.PRIVACY_CONTACT = ["mailto:privacy@acme.example"]
    version = published(cast, days=0)
    assert (version.weight, version.is_in_force) == ("editorial", True)
    assert not PolicyNotice.objects.exists()
    settings.PRIVACY_CONTACT = ["mailto:data@acme.example"]
    assert published(cast, weight="material").weight == "material"
    assert PolicyNotice.objects.count() == Person.objects.filter(is_active=True).count()


def test_it_is_published_by_who_may_with_words_and_only_where_something_is_new(
    cast: Cast, settings: Any
) -> None:
    settings.OPERATOR = "demo"
    begin()
    today = now().date()
    with pytest.raises(Conflict, match="nothing to publish"):
        published(cast)
    with also():
        for who in ("bob", "dana"):
            with pytest.raises(NotAllowed), scope(organization=cast.demo.pk):
                publish(cast.actor(who, "web"), "Words.", today + timedelta(days=14))
        with pytest.raises(Invalid, match="never be taken back"):
            published(cast, days=1000)
        with pytest.raises(Invalid, match="called no less"):
            published(cast, weight="editorial")
        alice = enter(Client(), cast.alice)
        page = alice.get("/demo/privacy/versions/").content.decode()
        assert "Helper Ltd (service provider) now gets data" in page
        asked = {"summary": "", "effective_on": str(today + timedelta(days=14)), "weight": ""}
        assert alice.post("/demo/privacy/versions/new/", asked).status_code == 422
        done = alice.post("/demo/privacy/versions/new/", {**asked, "summary": "Helper helps."})
        assert done.status_code == 303
    made = PolicyVersion.objects.get(number=2)
    assert (made.summary, made.published_by_id) == ("Helper helps.", cast.alice.pk)
    with scope(organization=cast.demo.pk):
        recorded = Event.objects.get(name="policy.published")
    assert (recorded.facts["digest"], recorded.subject_kind) == (made.digest, "policy")
    page = alice.get("/demo/privacy/versions/").content.decode()
    assert "6 people told" in page
    assert enter(Client(), cast.charlie).get("/elsewhere/privacy/versions/").status_code == 404


@pytest.mark.clause("V-22")
@pytest.mark.invariant("M02")
def test_a_new_purpose_does_not_reach_back(cast: Cast) -> None:
    begin()
    with also(WITH_NEW, NEW):
        standing.forget()
        assert not allowed(cast.bob.pk, NEW.id), "no version names it yet"
        version = published(cast)
        assert version.weight == "consent-needed"
        standing.forget()
        assert not allowed(cast.bob.pk, NEW.id), "it does not count yet"
        _as_if_in_force(version)
        assert not allowed(cast.bob.pk, NEW.id), "Bob was here before"
        bob, alice = enter(Client(), cast.bob), enter(Client(), cast.alice)
        assert NEW.words in bob.get("/account/privacy/notice/").content.decode()
        bob.post("/account/privacy/notice/", {"number": "2", "agreed": [NEW.id, "ai.training"]})
        alice.post("/account/privacy/notice/", {"number": "2"})
        assert allowed(cast.bob.pk, NEW.id), "Bob agreed"
        assert not allowed(cast.alice.pk, NEW.id), "reading is not agreeing"
        assert allowed(cast.add("eve", "member").pk, NEW.id), "Eve came after it"
        assert not allowed(cast.bob.pk, "ai.training"), "what is in no version is used for nobody"
    assert PolicyNotice.objects.get(person=cast.bob).agreed == [NEW.id]


@pytest.mark.clause("P-06")
@pytest.mark.invariant("J10")
def test_somebody_new_waits_until_those_who_are_owed_notice_had_it(cast: Cast) -> None:
    from seconder.privacy.tests.test_disclosing import agree

    begin()
    standing.forget()
    with also(replace(OTHER, purposes=("service", "service.accounts"))):
        disclose("helper", ("user.name",))  # nobody is owed notice yet
        agree(cast, notice_days=30)
        standing.forget()
        with pytest.raises(DisclosureRefused, match="30 days before anybody new"):
            disclose("helper", ("user.name",))
        with pytest.raises(Invalid, match="30 days before"):
            published(cast, days=29)
        version = published(cast, days=30)
        standing.forget()
        with pytest.raises(DisclosureRefused):
            disclose("helper", ("user.name",))
        _as_if_in_force(version)
        disclose("helper", ("user.name",))
        RECIPIENTS["helper"] = replace(RECIPIENTS["helper"], hosts=("other.example",))
        with pytest.raises(DisclosureRefused):
            disclose("helper", ("user.name",))  # another server is another one


def _as_if_in_force(version: PolicyVersion) -> None:
    """As if its day had come. It never changes, so the table's own guard is put aside for it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE privacy_policyversion SET effective_from = %s WHERE id = %s", [now(), version.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    standing.forget()


def _mails(beginning: str) -> list[str]:
    folder = Path(urlsplit(configured.EMAIL_URL).path)
    return [path.read_text() for path in sorted(folder.glob(f"{beginning}*.eml"))]
