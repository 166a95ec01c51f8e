"""The form of a question: each kind of value as its own control, what was typed kept, files as their text."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from seconder.core.json import Object
from seconder.verification import links
from seconder.verification.models import Review
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.test_page_card import decide, page, signed_in

pytestmark = pytest.mark.django_db
SCHEMA = {
    "type": "object",
    "required": ["budget", "amount", "from", "urgent"],
    "properties": {
        "budget": {"type": "string", "enum": ["travel", "office"], "title": "Which budget"},
        "amount": {"type": "number", "minimum": 0},
        "from": {"type": "string", "format": "date"},
        "urgent": {"type": "boolean"},
        "brief": {"type": "string", "contentMediaType": "text/plain"},
    },
}
TYPED = {
    "answer.budget": "travel",
    "answer.amount": "1,200.50",
    "answer.from": "2026-11-25",
    "answer.urgent": "false",
}


def question(desk: Desk, **more: object) -> Review:
    fields = {"answer": SCHEMA, "items": [], "schemas": {}, **more}
    return desk.ask("bob", kind="question", answers=["answer", "reject"], **fields)


def test_each_kind_has_its_control(desk: Desk) -> None:
    shown = page(signed_in(desk.cast, "bob"), question(desk))
    for control in (
        '<select id="field-answer-budget" name="answer.budget"',
        'inputmode="decimal"',
        '<input type="date"',
        'type="radio" name="answer.urgent" value="false"',
        '<input type="file" id="field-answer-brief-file" name="answer.brief.file"',
        'enctype="multipart/form-data"',
        "Which budget",
        ">Amount</label>",
    ):
        assert control in shown


def test_what_is_typed_is_the_answer_and_is_shown_afterwards(desk: Desk) -> None:
    review, bob = question(desk), signed_in(desk.cast, "bob")
    brief = SimpleUploadedFile("brief.txt", b"By train.\r\nBoth ways.", "text/plain")
    assert decide(bob, review, "answer", **TYPED, **{"answer.brief.file": brief}).status_code == 303
    [decision] = desk.look(review).decisions.all()
    assert decision.answer == {
        "budget": "travel",
        "amount": 1200.5,
        "from": "2026-11-25",
        "urgent": False,
        "brief": "By train.\nBoth ways.",
    }
    assert "Both ways." in page(bob, review)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answer.amount": "much"}, "This is not a number"),
        ({"answer.amount": "-1"}, "less than the minimum"),
        ({"answer.from": "soon"}, "is not a &#x27;date&#x27;"),
        ({"answer.urgent": ""}, "Choose yes or no"),
        ({"answer.budget": ""}, "is needed"),
        ({"answer.budget": "party"}, "is not one of"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_the_rest_is_kept(
    desk: Desk, wrong: dict[str, str], said: str
) -> None:
    review, bob = question(desk), signed_in(desk.cast, "bob")
    answered = decide(bob, review, "answer", **{**TYPED, **wrong}, note="In a hurry")
    html = answered.content.decode()
    assert answered.status_code == 422
    assert said in html
    assert html.count('class="error"') == 1
    assert "In a hurry" in html
    assert desk.look(review).status == "open"


ODD: Object = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "lines": {"type": "array"},
        "level": {"enum": [1, 2, 3]},
        "way": {"type": "string", "enum": ["By train ", "By air"]},
    },
}


@pytest.mark.parametrize("through", ["page", "link"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answer.count": "1e5000"}, "This number is too large"),
        ({"answer.count": "1e999999999"}, "This number is too large"),
        ({"answer.lines": "[" * 200_000}, "too many levels"),
        ({"answer.lines": "[" * 500 + "]" * 500}, "too many levels"),
        ({"answer.level": "4"}, "4&#x27; is not one of"),
    ],
)
def test_what_no_form_should_be_given_is_refused_and_not_stumbled_over(
    desk: Desk, through: str, wrong: dict[str, str], said: str
) -> None:
    review = question(desk, answer=ODD, risk="low")
    if through == "page":
        answered = decide(signed_in(desk.cast, "bob"), review, "answer", **wrong)
    else:
        address = links.address(desk.look(review), desk.cast.people["bob"])
        answered = Client().post(address, {"verdict": "answer", "digest": review.digest, **wrong})
    assert answered.status_code == 422
    assert said in answered.content.decode()
    assert desk.look(review).status == "open"


def test_a_choice_is_answered_with_the_value_that_was_offered(desk: Desk) -> None:
    review, bob = question(desk, answer=ODD), signed_in(desk.cast, "bob")
    assert '<option value="By train ">' in page(bob, review)
    decide(bob, review, "answer", **{"answer.level": "2", "answer.way": "By train "})
    assert desk.look(review).decisions.get().answer == {"level": 2, "way": "By train "}


def test_a_choice_alone_with_a_blank_at_its_end_is_answered(desk: Desk) -> None:
    review, bob = question(desk, answer={"enum": ["Pay ", "Wait"]}), signed_in(desk.cast, "bob")
    assert decide(bob, review, "answer", answer="Pay ").status_code == 303
    assert desk.look(review).decisions.get().answer == "Pay "


def test_a_file_that_is_no_text_is_refused(desk: Desk) -> None:
    review, bob = question(desk), signed_in(desk.cast, "bob")
    picture = SimpleUploadedFile("brief.png", b"\x89PNG\xff\xfe\x00", "image/png")
    answered = decide(bob, review, "answer", **TYPED, **{"answer.brief.file": picture})
    assert (answered.status_code, "is not a mail and not plain text" in answered.content.decode()) == (
        422,
        True,
    )


def test_rejecting_needs_no_answer(desk: Desk) -> None:
    review, bob = question(desk), signed_in(desk.cast, "bob")
    assert decide(bob, review, "reject", note="I do not know.").status_code == 303
    assert desk.look(review).outcome == "rejected"
