from datetime import UTC, datetime, timedelta

import pytest

from seconder.ui import words

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0, "just now"), (-44, "just now"), (20, "in a moment"), (-60, "1 minute ago"), (-300, "5 minutes ago"),
        (7200, "in 2 hours"), (-3590, "1 hour ago"), (-86_400, "yesterday"), (86_000, "tomorrow"),
        (-5 * 86_400, "5 days ago"), (-40 * 86_400, "14 Oct 2026"),
    ],
)  # fmt: skip
def test_distances_in_time(seconds: int, says: str) -> None:
    assert words.relative(NOW + timedelta(seconds=seconds), NOW) == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (None, ""), (0.0004, "under 0.01 s"), (0.042, "0.04 s"), (0.3, "0.3 s"), (2.41, "2.4 s"), (48.2, "48 s"),
        (200, "3 min 20 s"), (7200, "2 h"), (7500, "2 h 5 min"), (90_000, "1 day 1 h"), (86_400 * 3, "3 days"),
    ],
)  # fmt: skip
def test_durations(seconds: float | None, says: str) -> None:
    assert words.lasting(seconds) == says


@pytest.mark.parametrize(
    ("amount", "currency", "says"),
    [
        ("12400", "USD", "$12,400.00"), ("-3.5", "EUR", "−€3.50"), ("80", "CHF", "CHF 80.00"),
        ("1200", "JPY", "¥1,200"), ("0.0004", "USD", "$0.0004"),
    ],
)  # fmt: skip
def test_money_with_its_currency(amount: str, currency: str, says: str) -> None:
    assert words.money(amount, currency) == says


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (9999, "9999"),
        (10001, "10,001"),
        (12400.0, "12,400"),
        (65.5, "65.5"),
        (1e21, "1,000,000,000,000,000,000,000"),
    ],
)
def test_figures_as_given(value: float, says: str) -> None:
    assert words.figure(value) == says


@pytest.mark.parametrize(
    ("key", "says"),
    [("delivery_date", "Delivery date"), ("vendorEmail", "Vendor email"), ("po_id", "PO ID"), ("x", "X")],
)
def test_labels_out_of_keys(key: str, says: str) -> None:
    assert words.label(key) == says


@pytest.mark.parametrize(
    ("name", "says"), [("Alice Moreau", "AM"), ("finance@example.com", "F"), ("", "?"), ("Bob", "B")]
)
def test_initials(name: str, says: str) -> None:
    assert words.initials(name) == says
