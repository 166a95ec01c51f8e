"""Secrets and numbers that money moves by go, and what only looks like one stays."""

from __future__ import annotations

from collections import Counter

import pytest
from django.conf import LazySettings
from hypothesis import given, settings
from hypothesis import strategies as st

from seconder.agents import redacting
from seconder.agents.redacting import CARD, IBAN, KEY, OWN, PASSWORD, redacted
from seconder.core.json import JSON

pytestmark = [pytest.mark.clause("V-02"), pytest.mark.invariant("G06")]


@pytest.mark.parametrize(
    ("text", "kind", "left"),
    [
        ("Card 4111 1111 1111 1111, thanks", CARD, "Card [removed: card number], thanks"),
        ("4111-1111-1111-1111", CARD, "[removed: card number]"),
        ("amex 378282246310005.", CARD, "amex [removed: card number]."),
        ("IBAN: DE89 3704 0044 0532 0130 00 BIC COBADEFF", IBAN, "IBAN: [removed: IBAN] BIC COBADEFF"),
        ("gb82west12345698765432", IBAN, "[removed: IBAN]"),
        ("use sec_" + "a1B2" * 8 + " for it", KEY, "use [removed: key] for it"),
        ("AKIAIOSFODNN7EXAMPLE", KEY, "[removed: key]"),
        ("-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----", KEY, "[removed: key]"),
        ("Password: hunter2-and-more", PASSWORD, "Password: [removed: password]"),
        ('{"api_key": "0123456789"}', PASSWORD, '{"api_key": "[removed: password]"}'),
    ],
)
def test_what_is_removed(text: str, kind: str, left: str) -> None:
    found = Counter[str]()
    assert redacted(text, found) == left
    assert found == {kind: 1}


@pytest.mark.parametrize(
    "text",
    [
        "Order 4111 1111 1111 1112",  # no check digit
        "1234567890123456",  # nobody issues such
        "IBAN DE88 3704 0044 0532 0130 00",
        "Total 12.345.678,90 EUR on 2026-11-25, +49 170 1234567",
        "The password is changed every month.",
        "Tracking 00340434161094021508",
        "DEAR SIR OR MADAM OF THE DEPARTMENT",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    found = Counter[str]()
    assert redacted(text, found) == text
    assert not found


def test_secrets_of_this_installation_are_known_by_their_value(settings: LazySettings) -> None:
    settings.EMAIL_URL, settings.MODEL_API_KEY = (
        "smtp://u:p%40ss-of-mail@mail.example",
        "the key of the model",
    )
    found = Counter[str]()
    said = redacted(f"a {settings.SECRET_KEY} b p@ss-of-mail c the key of the model", found)
    assert said == " ".join(f"{letter} [removed: {OWN}]" for letter in "abc")
    assert found == {OWN: 3}


@settings(max_examples=40)
@given(st.recursive(st.integers(0, 9) | st.text("ab :=-", max_size=8), lambda inner: st.lists(inner, max_size=3)
       | st.dictionaries(st.text("xyz", max_size=3), inner, max_size=3), max_leaves=8))  # fmt: skip
def test_a_card_is_found_at_any_depth_and_nothing_else_changes(around: JSON) -> None:
    found = Counter[str]()
    assert redacted({"a": around, "b": [4111111111111111]}, found) == {
        "a": around,
        "b": [redacting.mark(CARD)],
    }
    assert found == {CARD: 1}
    assert redacted(around, Counter()) == around
