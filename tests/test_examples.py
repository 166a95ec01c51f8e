"""The agents of `examples/`, each on its own input file, from the start to the end, with the built-in model."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.core.eml import text_of
from seconder.runs.tests.conftest import Stage
from seconder.testing import make_cast

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def stage(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Stage:
    settings.EMAIL_URL, settings.MODEL = (tmp_path / "outbox").as_uri(), "builtin"
    return Stage(make_cast(), tmp_path / "outbox")


def example(stage: Stage, name: str) -> Agent:
    return publish(stage.cast.actor("alice"), (EXAMPLES / f"{name}.yaml").read_bytes()).agent


def test_purchase_order(stage: Stage) -> None:
    mail = (EXAMPLES / "purchase-order.eml").read_bytes()
    run = stage.run(example(stage, "purchase-order-processor"), text=text_of(mail))
    assert run.status == "waiting"
    assert stage.step(run, "extract").output["total"] == 12480
    stage.decide(stage.review(run), "finance", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    [mail_out] = stage.mails()
    assert "To: orders@brightwater-office.example" in mail_out


def test_an_order_that_does_not_say_its_total_is_filled_in_by_a_person(stage: Stage) -> None:
    agent = example(stage, "purchase-order-processor")
    run = stage.run(agent, text="Order PO-9 from Acme Ltd (sales@acme.example). Please deliver ten chairs.")
    review = stage.review(run)
    assert review.items[0]["missing"] == ["steps.extract.output.total"]
    stage.decide(review, "finance", "edit", edits={"steps.extract.output.total": 950})
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert "950" in stage.mails()[0]


@pytest.mark.parametrize(
    ("amount", "who"),
    [("499.99", "bob"), ("500.00", "finance"), ("5,000.00", "finance"), ("5,000.01", "cfo")],
)
def test_expense_tiers(stage: Stage, amount: str, who: str) -> None:
    text = (EXAMPLES / "expense-report.txt").read_text().replace("$1,317.15", f"${amount}")
    run = stage.run(example(stage, "expense-tiers"), text=text)
    review = stage.review(run)
    people = {person.pk: name for name, person in stage.cast.people.items()}
    assert [people[seat.person_id] for seat in review.assignments.all()] == [who]
    stage.decide(review, who, "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.reviews(run)) == 1
    assert "To: dana@example.com" in stage.mails()[0]


def test_contract_clause_check(stage: Stage) -> None:
    agreement = (EXAMPLES / "services-agreement.txt").read_text()
    run = stage.run(example(stage, "contract-clause-check"), text=agreement)
    clause = stage.step(run, "find").output["clause"]
    assert " ".join(clause.split()) in " ".join(agreement.split())
    assert "liab" in clause.lower()
    stage.decide(stage.review(run), "cfo", "approve")
    stage.work()
    assert stage.look(run).status == "succeeded"
    assert len(stage.mails()) == 1


def test_a_clause_that_legal_rejects_is_not_recorded(stage: Stage) -> None:
    agreement = (EXAMPLES / "services-agreement.txt").read_text()
    run = stage.run(example(stage, "contract-clause-check"), text=agreement)
    stage.decide(stage.review(run), "alice", "reject", note="The cap is too low.")
    stage.work()
    assert stage.look(run).status == "rejected"
    assert stage.mails() == []
