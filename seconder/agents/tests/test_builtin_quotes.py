"""Clauses quoted word for word, and summaries made of sentences that stand in the text."""

from pathlib import Path

import pytest

from seconder.agents.builtin import extract
from seconder.core.json import Object

TEXT: Object = {"type": "string"}
AGREEMENT = (Path(__file__).parents[3] / "examples" / "services-agreement.txt").read_text()
NOTICE = "2.2 Either party may end it with ninety (90) days' written notice to the end of a month."
LEASE = """LEASE

This lease is made between Rowan Estates Ltd ("Landlord") and Example Corp ("Tenant").

Article 1 - Rent
The Tenant pays GBP 2,400.00 per month in advance.

Article 2 - Termination
Either party may terminate this lease by giving three months' notice in writing.

Article 3 - Governing Law
This lease is governed by the laws of Scotland.
"""
MEMO = """The supplier shall deliver within ten days of the order.

In no event shall the aggregate liability of the supplier exceed the fees paid in the last twelve months.

Confidential information must be protected for three years after the contract ends.
"""
POLICY = """**Warranty.** The seller warrants the goods for twenty-four months from delivery.

**Force majeure.** Neither party is responsible for delays caused by events beyond its control.

**Confidentiality.** Each party protects the other's secrets.
"""


def one(name: str, **more: object) -> Object:
    return {"type": "object", "required": [name], "properties": {name: {**TEXT, **more}}}  # type: ignore[dict-item]  # test data


@pytest.mark.parametrize(
    ("text", "name", "prompt", "begins", "ends"),
    [
        (AGREEMENT, "clause", "Find the limitation of liability clause and quote it.", "6.1 Neither party",
         "limited by law."),
        (AGREEMENT, "clause", "Quote the clause about termination.", "2.1 This Agreement runs", "end of a month."),
        (AGREEMENT, "quote", "Find the section on confidentiality and quote it verbatim.", "4.1 Each party",
         "not excluded."),
        (AGREEMENT, "limitation_of_liability_clause", "", "6.1 Neither party", "limited by law."),
        (AGREEMENT, "dataProtectionClause", "Read the contract.", "7.1 The Provider processes", "Annex B applies."),
        (LEASE, "clause", "What does the lease say about termination? Quote the clause.", "Either party may",
         "in writing."),
        (LEASE, "governing_law_clause", "", "This lease is governed", "laws of Scotland."),
        (MEMO, "clause", "Find the liability clause and quote it.", "In no event", "last twelve months."),
        (MEMO, "clause", "Quote the provision about confidential information.", "Confidential information",
         "contract ends."),
        (POLICY, "clause", "Find the force majeure clause.", "**Force majeure.** Neither", "beyond its control."),
    ],
)  # fmt: skip
def test_a_clause_is_quoted_word_for_word(text: str, name: str, prompt: str, begins: str, ends: str) -> None:
    found = extract(text, one(name), prompt)
    quote = str(found.values[name])
    assert quote in text
    assert quote.startswith(begins)
    assert quote.endswith(ends)
    source = found.sources[f"/{name}"]
    assert text[source.start : source.end] == quote


@pytest.mark.parametrize("subject", ["arbitration", "non-compete", "insurance", "exclusivity of dealing"])
def test_a_clause_that_is_not_there_is_left_out(subject: str) -> None:
    found = extract(AGREEMENT, one("clause"), f"Find the {subject} clause and quote it.")
    assert found.values == {}
    assert found.missing == ["/clause"]


def test_whether_a_clause_is_there() -> None:
    schema: Object = {
        "type": "object",
        "required": ["found"],
        "properties": {"found": {"type": "boolean"}, "clause": TEXT},
    }
    there = extract(AGREEMENT, schema, "Find the limitation of liability clause and quote it.")
    absent = extract(AGREEMENT, schema, "Find the arbitration clause and quote it.")
    assert there.values["found"] is True
    assert absent.values == {"found": False}


def test_an_amount_in_a_clause() -> None:
    schema: Object = {"type": "object", "properties": {"liability_limit": {"type": "number"}}}
    assert extract(AGREEMENT, schema, "State the limit of liability.").values == {"liability_limit": 76800}


def test_a_notice_period_in_days() -> None:
    schema: Object = {"type": "object", "properties": {"notice_days": {"type": "integer"}}}
    found = extract(AGREEMENT, schema, "How many days' notice?")
    assert found.values == {"notice_days": 90}
    assert NOTICE in AGREEMENT


LETTER = """Dear team,

we met the customer on Tuesday. The pump in hall 3 broke down twice last week and production stood still for nine
hours. The customer asks for a replacement before 15 May. Lunch was good.

Kind regards
Jo
"""


@pytest.mark.parametrize("name", ["summary", "text", "answer"])
def test_a_summary_is_sentences_of_the_text(name: str) -> None:
    found = extract(LETTER, one(name), "Summarize what happened to the pump and what the customer asks for.")
    said = str(found.values[name])
    assert said in " ".join(LETTER.split())
    assert "The pump in hall 3 broke down" in said
    assert "asks for a replacement" in said
    assert "Lunch" not in said


def test_a_labelled_summary_is_taken_as_it_is() -> None:
    text = "Summary: Pump broken, replacement needed.\n\nThe pump in hall 3 broke down twice last week."
    assert extract(text, one("summary"), "").values == {"summary": "Pump broken, replacement needed."}


def test_nothing_to_summarize_is_left_out() -> None:
    assert extract("", one("summary"), "Summarize.").missing == ["/summary"]
