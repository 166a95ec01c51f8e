"""Whatever a model or an outsider writes, the card shows it for what it is, and all of it."""

from __future__ import annotations

import html
import json
import re
import sys
from types import CodeType

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seconder.agents.tools import email, http
from seconder.cli import cards
from seconder.core import mail
from seconder.core.json import JSON, Object
from seconder.core.visible import visible
from seconder.verification.card import card, gist, second_looks
from seconder.verification.models import Review
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.test_page_card import page, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
MAIL: Object = {"to": "pay@\u0430cme.example", "subject": "Invoice \u202efdp.exe", "body": "Hello"}


def action(desk: Desk, tool: str, arguments: Object) -> Review:
    made = {"email.send": email.TOOL, "http.request": http.TOOL}[tool]
    lines: list[JSON] = list(made.describe(arguments))
    item: Object = {
        "path": "args",
        "label": made.title,
        "value": arguments,
        "made_by": "model",
        "lines": lines,
    }
    return desk.ask("bob", kind="action", items=[item], schemas={})


def shown(review: Review, desk: Desk) -> str:
    """The middle of the page, as a person reads it."""
    middle = page(signed_in(desk.cast, "bob"), review).split("<main")[1].split("</main>")[0]
    return html.unescape(re.sub(r"<[^>]*>", "", middle))


def test_a_mail_is_shown_as_it_will_be_sent_and_what_deceives_is_named(desk: Desk) -> None:
    said = shown(action(desk, "email.send", MAIL), desk)
    assert "Will be sent as" in said
    assert mail.sent_as() in said
    assert "mixes Cyrillic and Latin letters" in said
    assert "xn--cme-5cd.example" in said
    assert "⟨U+202E right-to-left override⟩fdp.exe" in said
    assert "characters that cannot be seen" in said


def test_a_request_says_what_it_does_where_it_goes_and_what_it_carries(desk: Desk) -> None:
    body = '{"amount": 12.50, "to": "Acme"}'
    url = "https://paypal.com@evil.example/pay"
    said = shown(action(desk, "http.request", {"method": "DELETE", "url": url, "body": body}), desk)
    assert "DELETE (deletes what is there)" in said
    assert re.search(r"Goes to\s*evil\.example", said)
    assert "this goes to evil.example, not to paypal.com" in said
    assert re.search(r"Amount\s*12\.50\s*To\s*Acme", said)


def test_a_body_with_a_name_twice_is_shown_as_the_text_that_it_is(desk: Desk) -> None:
    body = '{"amount": 1, "amount": 999}'
    asked: Object = {"method": "POST", "url": "https://example.com/", "body": body}
    assert body in shown(action(desk, "http.request", asked), desk)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "![seen](https://evil.example/pixel.png) [click](javascript:alert(1)) **bold**",
        "{{ 7|add:1 }} {% load ui %} {{ request }}",
        "</blockquote></main><form action=/evil>",
    ],
)
def test_markup_is_text(desk: Desk, text: str) -> None:
    review = action(desk, "email.send", {**MAIL, "subject": text, "body": f"{text}\n{text}"})
    middle = page(signed_in(desk.cast, "bob"), review).split("<main")[1]
    for forbidden in (
        "<script>alert",
        "<img",
        'href="javascript',
        "evil.example/pixel.png)</a>",
        "<form action=/evil",
    ):
        assert forbidden not in middle
    assert html.unescape(middle).count(text.split(" ")[0]) >= 2


def test_huge_values_are_folded_and_all_there(desk: Desk) -> None:
    value: JSON = {"text": "word " * 20_000 + "THE END", "lines": [{"sku": f"S{n}"} for n in range(3000)]}
    review = desk.ask("bob", items=[{"path": "args", "label": "Big", "value": value}], schemas={})
    said = shown(review, desk)
    assert "THE END" in said
    assert "S2999" in said
    assert "Show all 100,007 characters" in said
    assert "Show all 3000" in said or "Show all 3,000" in said


def test_many_hosts_are_counted_over_all_that_a_value_holds(desk: Desk) -> None:
    value: JSON = {
        "to": [f"pay@\u0430cme{n}.example" for n in range(4)],
        "cc": [f"a@\u0430{n}b.example" for n in range(4)],
    }
    item: Object = {"path": "args", "label": "It", "value": {"all": value}}
    said = shown(desk.ask("bob", items=[item], schemas={}), desk)
    assert "3 more names need a second look." in said
    assert said.count("mixes Cyrillic and Latin letters") == 5


def test_a_list_reads_no_card_for_remarks_that_it_does_not_show(desk: Desk) -> None:
    review, bob = action(desk, "email.send", MAIL), signed_in(desk.cast, "bob")
    for address in ("/demo/reviews/", "/demo/search/?text=May"):
        seen = called(bob, address)
        assert gist.__code__ in seen
        assert second_looks.__code__ not in seen
    assert second_looks.__code__ in called(bob, f"/demo/reviews/{review.pk}/")


def called(client: Client, address: str) -> set[CodeType]:
    """What runs while a page is made."""
    seen: set[CodeType] = set()
    before = sys.getprofile()
    sys.setprofile(lambda frame, *_: seen.add(frame.f_code))
    try:
        answered = client.get(address)
    finally:
        sys.setprofile(before)
    assert answered.status_code == 200
    return seen


def test_choices_and_the_words_of_a_source_are_shown_for_what_they_are(desk: Desk) -> None:
    review = hostile(desk)
    said = shown(review, desk)
    assert said.count("No⟨U+001B⟩[2J") == 1
    assert "as written: Twelve⟨U+202E right-to-left override⟩" in re.sub(r"\s+", " ", said)
    assert "\x1b" not in said
    bob = signed_in(desk.cast, "bob")
    assert 'value="No\x1b[2J"' in page(bob, review), "what is sent is the choice itself"


def hostile(desk: Desk, question: str = "Which?") -> Review:
    item: Object = {
        "path": "steps.read.output",
        "label": "Read\x1b[1A\nforged     by whom",
        "value": {"total": 12},
        "made_by": "builtin",
        "sources": {"/total": {"start": 0, "end": 6, "text": "Twelve\u202e\x1b[2J", "confidence": 0.9}},
    }
    return desk.ask(
        "bob",
        "cfo",
        kind="question",
        question=question,
        items=[item],
        schemas={},
        answers=["answer", "reject"],
        answer={"enum": ["Yes", "No\x1b[2J"]},
        approve="all",
    )


def test_nothing_that_others_wrote_steers_the_terminal_or_passes_for_a_line_of_it(desk: Desk) -> None:
    review = hostile(desk, "Which?\x1b[2J\nforged     by whom")
    desk.decide(review, "cfo", "answer", answer="No\x1b[2J", note="Fine\x9b2J\nforged     by whom")
    answer = Client(headers=desk.cast.bearer("bob")).get(f"/api/v1/reviews/{review.pk}").json()
    printed = cards.card(answer)
    for text in (printed, cards.decided(answer["decisions"][0])):
        assert visible(text) == text
        assert not re.search("^forged", text, re.MULTILINE)
    for text in (
        "choices    Yes · No⟨U+001B⟩[2J",
        "says “Twelve⟨U+202E",
        "Read⟨U+001B⟩[1A",
        "“Fine⟨U+009B⟩2J",
    ):
        assert text in printed
    part = {"type": "object", "properties": {"it": {"enum": ["No\x1b[2J"]}, "or": {"description": "\x1b[2J"}}}
    asked = cards.card({**answer, "card": {**answer["card"], "answer": part}})
    assert "answer     it: No⟨U+001B⟩[2J" in asked
    assert "\x1b" not in asked


def test_what_breaks_a_line_unseen_is_written_out_in_the_terminal(desk: Desk) -> None:
    review = action(desk, "email.send", {**MAIL, "body": "one\u2028two\x0bthree\x85four"})
    answer = Client(headers=desk.cast.bearer("bob")).get(f"/api/v1/reviews/{review.pk}").json()
    printed = " ".join(cards.card(answer).split())
    assert "one⟨U+2028 line separator⟩two⟨U+000B⟩three⟨U+0085⟩four" in printed


def test_the_terminal_is_not_steered_by_what_it_prints(desk: Desk) -> None:
    review = action(desk, "email.send", {**MAIL, "body": "\x1b[2J\x1b]0;owned\x07 fine"})
    answer = Client(headers=desk.cast.bearer("bob")).get(f"/api/v1/reviews/{review.pk}").json()
    assert answer["card"]["items"][0]["value"]["body"] == "\x1b[2J\x1b]0;owned\x07 fine", (
        "the API gives it as it is"
    )
    printed = cards.card(answer)
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "mixes Cyrillic and Latin" in printed


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_value_breaks_the_card_and_none_is_cut(value: JSON) -> None:
    review = Review(card={"items": [{"path": "args", "label": "It", "value": value}], "schemas": {}})
    made = card(review)
    held = json.dumps([row["value"] for row in made.rows] + [text["text"] for text in made.texts])
    for text in _texts(value):
        assert json.dumps(text)[1:-1] in held
        assert visible(visible(text)) == visible(text)


def _texts(value: JSON) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for inner in inside for text in _texts(inner)]
