"""Agreements narrow what is done beyond single disclosures; training is nobody's purpose; who runs the
installation is seen where they enter."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from django.test import Client

from seconder.cli import run as command
from seconder.core import purposes
from seconder.core.recipients import (
    AFFILIATE,
    RECIPIENTS,
    Recipient,
    UndeclaredRecipient,
    declare_recipient,
    disclose,
)
from seconder.core.transfers import faults
from seconder.privacy.tests.test_disclosing import agree
from seconder.testing import Cast, enter

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.clause("P-02")
@pytest.mark.invariant("M04")
def test_what_an_agreement_does_not_list_is_not_done_with_its_peoples_data(cast: Cast) -> None:
    usage = "analytics.usage"
    assert purposes.allowed(cast.bob.pk, usage)
    agree(cast, purposes=["service"])
    assert not purposes.allowed(cast.bob.pk, usage)
    assert purposes.allowed(cast.charlie.pk, usage)  # of another organization
    agree(cast, purposes=["service", "analytics.usage"])
    assert purposes.allowed(cast.bob.pk, usage)


@pytest.mark.clause("V-19")
@pytest.mark.invariant("G07")
def test_nobody_is_given_anything_to_train_on(cast: Cast) -> None:
    assert not purposes.allowed(cast.bob.pk, "ai.training")
    assert not [one.id for one in RECIPIENTS.values() if "ai.training" in one.purposes]
    with pytest.raises(ValueError, match="train"):
        declare_recipient(Recipient("x", "x", "x", "x", (), (), ("ai.training",)))
    for name in RECIPIENTS:
        with purposes.purpose("ai.training"), pytest.raises(UndeclaredRecipient, match=r"ai\.training"):
            disclose(name, ())
    using = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "seconder").rglob("*.py")
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value == "ai.training"
    }
    named = {"seconder/core/purposes.py", "seconder/core/recipients.py", "seconder/privacy/clauses.py"}
    named |= {"seconder/privacy/policy/text.py"}  # which says that nobody does
    assert using <= named, "no code works for that purpose"


@pytest.mark.clause("R-13")
@pytest.mark.invariant("J08")
def test_there_is_no_affiliate_and_none_receives_anything_without_an_agreement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not [one.id for one in RECIPIENTS.values() if one.kind == AFFILIATE]
    sister = Recipient("sister", "Sister GmbH", AFFILIATE, "x", ("sister.example",), (), ("service",))
    monkeypatch.setitem(RECIPIENTS, "sister", sister)
    assert any("affiliate without an agreement" in fault for fault in faults())


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-02")
@pytest.mark.invariant("N06")
def test_who_runs_the_installation_and_signs_in_as_somebody_is_seen_by_them(
    client: Client, cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    assert (
        command(
            "people", ["sign-in-link", cast.bob.email, "--because", "Ticket 41: cannot sign in", "--json"]
        )
        == 0
    )
    assert json.loads(capfd.readouterr().out)["email"] == cast.bob.email
    assert command("people", ["sign-in-link", cast.bob.email]) == 0
    said = enter(client, cast.bob).get("/account/security-events/").content.decode()
    assert "made a link to sign in with here: Ticket 41: cannot sign in" in said
    assert "made a link to sign in with here: no reason was given" in said
