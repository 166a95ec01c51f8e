"""The policy as anybody reads it: made from what is declared, in versions that never change and can be checked."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as Xml
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from seconder.core.data_map import data_map
from seconder.core.recipients import RECIPIENTS
from seconder.privacy.models import PolicyVersion
from seconder.privacy.policy import coming_texts, document, facts, text
from seconder.privacy.policy.publishing import begin
from seconder.privacy.policy.words import kind_of_data, lasting
from seconder.privacy.tests.policies import OTHER, also, published
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db


def said(client: Client, path: str = "/privacy/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.clause("G-02", "G-03", "G-06")
@pytest.mark.invariant("A03")
def test_it_says_everything_that_is_declared_and_the_same_each_time(client: Client) -> None:
    page = said(client)
    for table in data_map().values():
        for datum in table.values():
            if datum and datum.keep != "never stored":
                assert kind_of_data(datum.category) in page, datum.category
    for words in (
        "as long as the account, and up to 30 days after it",
        "We need it to do what we agreed with you",
    ):
        assert words in page
    assert "We do not sell your data" in page
    made = [document.current().content for _ in range(2)]
    assert made[0] == made[1]
    assert hashlib.sha256(made[0].encode()).hexdigest() in page


@pytest.mark.clause("G-10")
def test_it_names_who_answers_or_says_that_nobody_has_said_it(client: Client, settings: Any) -> None:
    assert "Their name is not said yet" in said(client)
    settings.PRIVACY_CONTROLLER, settings.PRIVACY_ADDRESS = "Acme GmbH", "1 Hill Road\nBrightwater"
    settings.PRIVACY_CONTACT = ["mailto:privacy@acme.example"]
    page = said(client)
    assert "Acme GmbH runs this installation" in page
    assert "1 Hill Road, Brightwater" in page
    assert "mailto:privacy@acme.example" in page


@pytest.mark.clause("R-09", "G-04")
def test_only_those_who_get_data_here_are_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert "AI model provider" not in said(client, "/privacy/recipients/")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")  # as the operator sets it
    for path in ("/privacy/", "/privacy/recipients/"):
        page = said(client, path)
        assert RECIPIENTS["openai"].name in page, path
        assert "AI model provider" in page


@pytest.mark.clause("P-03")
@pytest.mark.invariant("M03")
def test_every_version_can_be_read_as_it_was_and_checked(client: Client, cast: Cast, settings: Any) -> None:
    first = begin()
    assert begin() == first, "there is one already"
    settings.PRIVACY_CONTACT = ["mailto:privacy@acme.example"]
    second = published(cast, days=0)
    assert client.get("/privacy/policy.json").content == second.document.encode()
    for version in (first, second):
        kept = client.get(f"/privacy/versions/{version.number}/policy.json").content
        assert hashlib.sha256(kept).hexdigest() == version.digest
        page = said(client, f"/privacy/versions/{version.number}/")
        assert version.digest in page
        assert ("privacy@acme.example" in page) == (version == second)
    today = first.effective_from.date()
    assert "Version 2" in said(client, f"/privacy/?on={today}")
    assert client.get(f"/privacy/?on={today - timedelta(days=1)}").status_code == 404
    assert client.get("/privacy/?on=yesterday").status_code == 422
    assert client.get("/privacy/versions/3/").status_code == 404
    for change in ({"summary": "another"}, {"document": "{}"}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            PolicyVersion.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        first.delete()


@pytest.mark.clause("P-04")
def test_versions_are_listed_with_what_is_new(client: Client, cast: Cast) -> None:
    begin()
    with also():
        version = published(cast, summary="Helper helps.")
    assert "Helper helps." in said(client, "/privacy/versions/")
    listed = client.get("/privacy/versions/versions.json").json()
    assert (listed["in_force"], [each["number"] for each in listed["versions"]]) == (1, [2, 1])
    assert any("Helper Ltd" in change for change in listed["versions"][0]["changes"])
    feed = Xml.fromstring(client.get("/privacy/versions/feed.atom").content)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert [entry.findtext("{http://www.w3.org/2005/Atom}title", "")[:9] for entry in entries] == [
        "Version 2",
        "Version 1",
    ]
    assert "Helper helps." in said(client, f"/privacy/versions/{version.number}/")


def test_what_is_not_published_yet_is_said_to_everybody(client: Client) -> None:
    begin()
    for path in ("/privacy/", "/privacy/recipients/"):
        assert "Data already goes to" not in said(client, path)
    assert "has changed in a way" not in said(client)
    with also():
        page = said(client)
        assert "has changed in a way" in page
        assert f"{OTHER.entity} (service provider) now gets data" in page
        for path in ("/privacy/", "/privacy/recipients/"):
            assert "Data already goes to Helper Ltd as well" in said(client, path)


def test_the_texts_of_a_version_are_its_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = begin()
    monkeypatch.setattr(text, "sections", lambda _: [])  # as another build would word it
    assert "What is kept about you" in said(client, f"/privacy/versions/{first.number}/")


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "0 days"), (1, "1 day"), (30, "1 month"), (90, "3 months"), (365, "1 year"), (400, "400 days")],
)
def test_times_are_said_in_plain_units(days: int, words: str) -> None:
    assert lasting(days) == words


# Flesch and Kincaid's grade (Kincaid et al., "Derivation of New Readability Formulas", US Navy, 1975): years of school
# that a text asks for. Syllables are counted as groups of vowels, a silent e at the end not.
def grade(prose: str) -> float:
    sentences = max(1, len(re.findall(r"[.!?:]+(?:\s|$)", prose)))
    words = re.findall(r"[A-Za-z']+", prose)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


@pytest.mark.clause("G-19")
def test_everybody_can_read_it() -> None:
    made = document.current().read
    prose = [
        line
        for section in made["sections"]
        for block in section["blocks"]
        for line in [block.get("p", ""), *block.get("list", [])]
        if line and "://" not in line
    ]
    measured = grade(" ".join(prose))
    print(f"grade {measured:.1f} over {sum(len(line.split()) for line in prose)} words")
    assert measured <= 8, "a text for everybody asks for eight years of school at most"
    assert (
        grade("Notwithstanding the aforementioned stipulations, personal information may be disseminated.")
        > 15
    )


@pytest.mark.clause("G-19")
def test_notices_for_what_will_come_are_plain_and_say_that_nothing_uses_them(
    client: Client, cast: Cast, settings: Any
) -> None:
    settings.OPERATOR, settings.PRIVACY_CONTROLLER = "demo", "Acme GmbH"
    page = said(enter(client, cast.alice), "/demo/privacy/notices/")
    assert page.count("Not in use") == 5
    for words in (
        "Acme GmbH may write to this number by WhatsApp",
        "replying STOP",
        "get help with HELP",
        "/privacy/",
    ):
        assert words in page
    for each in coming_texts.texts(facts.of_installation()):
        assert grade(each.words.partition("http")[0]) <= 10, each.title
    assert enter(Client(), cast.bob).get("/demo/privacy/notices/").status_code == 403
