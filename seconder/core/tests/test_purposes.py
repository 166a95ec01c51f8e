"""What data is used for: a purpose holds inside its block, a child only narrows, and consent is never presumed."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator

import pytest

from seconder.core import purposes
from seconder.core.purposes import PURPOSES, allowed, purpose

SOMEBODY = uuid.UUID(int=1)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    kept, judges, rules = dict(PURPOSES), dict(purposes._judges), list(purposes._rules)
    purposes._judges.clear()
    purposes._rules.clear()
    yield
    purposes._rules[:] = rules
    for mine, theirs in ((PURPOSES, kept), (purposes._judges, judges)):
        mine.clear()
        mine.update(theirs)  # type: ignore[arg-type]  # each with its own
    purposes._rules[:] = rules


def test_a_purpose_holds_inside_its_block_only() -> None:
    assert purposes.current_purpose() == "service"
    with purpose("service.runs"):
        with purpose("service.record"):
            assert purposes.current_purpose() == "service.record"
        assert purposes.current_purpose() == "service.runs"
    assert purposes.current_purpose() == "service"
    with pytest.raises(purposes.UnknownPurpose, match="advertising"), purpose("advertising"):
        pass


def test_no_purpose_goes_beyond_the_one_that_it_stands_under() -> None:
    assert list(purposes.widened()) == []


def test_one_that_does_is_named_with_what_is_wider() -> None:
    PURPOSES["service.runs"] = dataclasses.replace(
        PURPOSES["service.runs"], use="marketing.advertising", bases={"EU": "contract", "US": "consent"}
    )
    PURPOSES["service"] = dataclasses.replace(PURPOSES["service"], stoppable_by=("objection",))
    found = [words for name, words in purposes.widened() if name == "service.runs"]
    assert found == [
        "is a use of another kind (marketing.advertising) than service (essential.service)",
        "would not be stopped by what stops service: objection",
        "has a legal basis where service has none: US",
    ]
    PURPOSES["analytics.visits.shared"] = dataclasses.replace(
        PURPOSES["analytics.visits"], id="analytics.visits.shared", needs_consent=False
    )
    assert ("analytics.visits.shared", "would begin without the consent that analytics.visits needs") in list(
        purposes.widened()
    )


def test_consent_that_nobody_keeps_was_given_by_nobody() -> None:
    assert not allowed(SOMEBODY, "ai.training")
    assert allowed(SOMEBODY, "analytics.usage")
    assert allowed(SOMEBODY, "service.runs")
    with pytest.raises(purposes.UnknownPurpose):
        allowed(SOMEBODY, "advertising")


def test_every_way_to_stop_a_use_is_asked_and_one_no_is_enough() -> None:
    asked: list[tuple[str, uuid.UUID, str]] = []

    def says(way: str, answer: bool) -> purposes.Judge:
        def judge(person: uuid.UUID, name: str) -> bool:
            asked.append((way, person, name))
            return answer

        return judge

    purposes.bind_judge("consent", says("consent", True))
    assert allowed(SOMEBODY, "analytics.visits")
    assert allowed(SOMEBODY, "service.runs")
    assert asked == [("consent", SOMEBODY, "analytics.visits")]
    purposes.bind_judge("signal", says("signal", False))
    assert not allowed(SOMEBODY, "analytics.visits")
    assert allowed(SOMEBODY, "ai.training")
