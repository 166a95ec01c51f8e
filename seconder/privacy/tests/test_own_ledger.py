"""Each person reads where their own data went, and nobody else's; what they take away is whole."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seconder.core.purposes import purpose
from seconder.core.recipients import concerning, disclose
from seconder.privacy.disclosures import book
from seconder.privacy.tests.test_disclosing import known
from seconder.testing import Cast, enter, let_proof_age

pytestmark = [pytest.mark.django_db, pytest.mark.clause("R-01")]
PAGE = "/account/privacy/disclosures/"
RUN = str(uuid.UUID(int=7))


@pytest.fixture
def sent(cast: Cast) -> Cast:
    """A run of Dana asked the model three times and wrote to Bob; Charlie's asked it once."""
    with (
        known("model-server", enabled=lambda: True),
        known("mail-server", enabled=lambda: True),
        purpose("service.runs"),
    ):
        with concerning(
            organization_ids=(cast.demo.pk,), person_id=cast.dana.pk, reference=f"run:{RUN}:read"
        ):
            for _ in range(3):
                disclose("model-server", ("user.content.private",))
            to = ("bob@example.com", "out@elsewhere.example")
            disclose("mail-server", ("user.contact.email", "user.content.private", "user.name"), to=to)
        with concerning(organization_ids=(cast.elsewhere.pk,), person_id=cast.charlie.pk):
            disclose("model-server", ("user.content.private",))
    book.flush()
    return cast


def test_a_person_sees_who_received_what_of_theirs_when_and_why(client: Client, sent: Cast) -> None:
    enter(client, sent.dana)
    said = " ".join(client.get(PAGE).content.decode().split())
    for words in (
        "The language-model server",
        "The mail server",
        "Text and files",
        "3 times that day",
        "Do the work that a person gave to an agent",
        f'<a href="/demo/runs/{RUN}/">A run that you asked for</a> in Demo',
        "the same mail went to 2 others",
    ):
        assert words in said, words
    enter(client, sent.bob)
    said = client.get(PAGE).content.decode()
    assert "A mail that an agent sent you" in said
    assert "the same mail went to 1 other" in said
    assert RUN not in said  # it is Dana's
    assert "E-mail address" in said
    enter(client, sent.cfo)
    assert "Nothing of yours has left" in client.get(PAGE).content.decode()


def test_all_that_went_to_one_recipient_has_a_page_and_what_is_anothers_is_not_there(
    client: Client, sent: Cast
) -> None:
    enter(client, sent.bob)
    assert b"Tell people" not in client.get(f"{PAGE}mail-server/").content
    assert client.get(f"{PAGE}mail-server/").status_code == 200
    assert client.get(f"{PAGE}model-server/").status_code == 404


def test_it_can_be_taken_away_after_a_fresh_sign_in(client: Client, sent: Cast) -> None:
    enter(client, sent.dana)
    said = client.get("/account/privacy/disclosures.json").json()
    lines = {line["recipient"]: line for line in said["disclosures"]}
    assert set(lines) == {"model-server", "mail-server"}
    assert lines["model-server"]["times"] == 3
    assert set(lines["mail-server"]) == set(said["columns"])
    answer = client.get("/account/privacy/disclosures.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="disclosures.csv"'
    assert "no-store" in answer["Cache-Control"]
    rows = {row["recipient"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert rows["mail-server"]["kinds"] == "user.content.private"  # Bob's address is Bob's
    assert rows["mail-server"]["others"] == "2"
    let_proof_age(client)
    assert client.get("/account/privacy/disclosures.csv").status_code in (302, 403)


def test_the_page_asks_as_much_however_long_the_ledger_is(client: Client, sent: Cast) -> None:
    enter(client, sent.dana)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as short:
        client.get(PAGE)
    with purpose("service.runs"), known("model-server", enabled=lambda: True):
        for step in range(200):
            with concerning(
                person_id=sent.dana.pk, organization_ids=(sent.demo.pk,), reference=f"run:{RUN}:{step}"
            ):
                disclose("model-server", ("user.content.private",))
    book.flush()
    with CaptureQueriesContext(connection) as long:
        answer = client.get(PAGE)
    assert len(long) == len(short)
    assert "All that went to The language-model server" in answer.content.decode()
    assert answer.content.count(b"<li>") < 60
