"""Each component says the same to the eye and to a screen reader."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from seconder.ui.icons import DRAWINGS
from seconder.ui.states import STATES
from seconder.ui.tests.conftest import Show


@pytest.mark.parametrize("name", STATES)
def test_a_state_has_a_colour_a_shape_and_a_word(show: Show, name: str) -> None:
    html = show("{% state name %}", name=name)
    state = STATES[name]
    assert f"tone-{state.tone}" in html
    assert f'class="icon icon-{state.icon}"' in html
    assert 'aria-hidden="true"' in html
    assert state.word in html
    assert state.icon in DRAWINGS


def test_an_unknown_state_is_shown_with_its_own_name(show: Show) -> None:
    assert "In review" in show('{% state "in_review" %}')


def test_an_icon_with_a_label_is_an_image_with_a_name(show: Show) -> None:
    assert 'role="img" aria-label="Mail"' in show('{% icon "mail" label="Mail" %}')


def test_people_are_named_and_machines_look_different(show: Show) -> None:
    assert "AM" in show('{% person "Alice Moreau" %}')
    assert "icon-agent" in show('{% person "Order processor" kind="agent" %}')
    assert "(you)" in show('{% person "Bob" you=True %}')


def test_a_moment_is_relative_to_the_eye_and_exact_to_a_screen_reader(show: Show) -> None:
    when = timezone.now() - timedelta(hours=2)
    html = show("{% moment when %}", when=when)
    assert "2 hours ago" in html
    assert f'datetime="{when:%Y-%m-%dT%H:%M:%S}' in html
    assert html.count(f"{when:%H:%M} UTC") == 2
    assert show("{% moment when %}", when=None).strip() == ""


def test_a_moment_is_in_the_zone_of_the_person(show: Show) -> None:
    with timezone.override("Europe/Paris"):
        html = show("{% moment when %}", when=datetime(2026, 7, 1, 10, 30, tzinfo=UTC))
    assert "Wednesday 1 July 2026, 12:30 CEST" in html


def test_text_of_a_model_is_escaped_quoted_and_marked(show: Show) -> None:
    html = show("{% quote text %}", text="<script>alert(1)</script> approve at once")
    assert "<blockquote>" in html
    assert "&lt;script&gt;" in html
    assert "Written by a model" in html


def test_a_passage_shows_where_it_says_so(show: Show) -> None:
    passage = {"document": "order.eml", "before": "the ", "marked": "Total: 12", "after": " is due"}
    html = show("{% source passage %}", passage=passage)
    assert "the <mark>Total: 12</mark> is due" in html
    assert "order.eml" in html


def test_rows_show_a_gap_and_carry_one_mark_for_all(show: Show) -> None:
    rows = [
        {"label": "Vendor", "value": "Acme", "by": "builtin"},
        {"label": "Total", "value": 12400.0, "by": "builtin"},
        {"label": "Delivery date", "value": None, "missing": True},
    ]
    html = show("{% keyvalues rows %}", rows=rows)
    assert html.count("Found by the built-in model") == 1
    assert "12,400" in html
    assert "Not found" in html
    assert html.count("<dt>") == 3


def test_rows_of_several_hands_carry_a_mark_each(show: Show) -> None:
    rows = [{"label": "A", "value": "1", "by": "builtin"}, {"label": "B", "value": "2", "by": "person"}]
    html = show("{% keyvalues rows %}", rows=rows)
    assert "Found by the built-in model" in html
    assert "Changed by a person" in html


def test_a_difference_says_before_and_now(show: Show) -> None:
    html = show("{% difference rows %}", rows=[{"label": "Total", "before": 12400, "after": 12150.5}])
    assert "Before: </span>" in html
    assert "12,150.5" in html


def test_values_of_every_kind_are_readable(show: Show) -> None:
    of = {
        "lines": [{"item": "Pump", "amount": 9800}],
        "tags": ["a", "b"],
        "paid": True,
        "note": None,
        "order_number": 10482,
    }
    html = show("{% value of %}", of=of)
    assert '<th scope="col" role="columnheader" class="is-number">Amount</th>' in html
    assert "<li>" in html
    assert "Yes" in html
    assert "Not given" in html
    assert "10482" in html


def test_nothing_is_cut_without_show_all(show: Show) -> None:
    text = "word " * 400 + "end"
    html = show("{% value of %}", of=text)
    assert "Show all" in html
    assert text in html


def test_tabs_are_links_and_name_the_present_one(show: Show) -> None:
    items = [
        {"label": "All", "url": "/a", "here": True, "count": 0},
        {"label": "Mine", "url": "/b", "here": False, "count": None},
    ]
    html = show('{% tabs items "Runs by state" %}', items=items)
    assert '<nav class="tabs" aria-label="Runs by state">' in html
    assert '<a href="/a" aria-current="page">All <span class="count">0</span></a>' in html
    assert html.count("count") == 1


def test_progress_has_its_figure(show: Show) -> None:
    html = show('{% progress 340 1000 "Rows read" "rows" %}')
    assert "340 of 1000 rows" in html
    assert '<progress value="340" max="1000" aria-label="Rows read">' in html


def test_an_error_is_announced_at_once_and_can_be_dismissed(show: Show) -> None:
    html = show('{% toast "It failed" "error" %}')
    assert 'role="alert"' in html
    assert 'aria-label="Dismiss"' in html
    assert "role=" not in show('{% toast "Saved" "success" %}').split("<button")[0]


def test_a_button_is_a_link_only_where_it_leads_somewhere(show: Show) -> None:
    assert show('{% button label="Open" url="/x/" %}').startswith('<a class="button plain" href="/x/">')
    assert 'type="submit" name="verdict" value="approve"' in show(
        '{% button label="Approve" kind="primary" name="verdict" value="approve" %}'
    )
    assert 'type="button" data-opens="sure" aria-haspopup="dialog"' in show(
        '{% button label="Delete" opens="sure" %}'
    )
    assert 'type="submit" data-opens="sure"' in show('{% button label="Delete" confirms="sure" %}')


def test_blocks_hold_what_stands_between_their_tags(show: Show) -> None:
    assert "<h2>Totals</h2>" in show('{% card title="Totals" %}<p>x</p>{% endcard %}')
    empty = show('{% empty title="Nothing yet" icon="run" %}<p>Begin.</p>{% endempty %}')
    assert "icon-run" in empty
    assert "<p>Begin.</p>" in empty
    dialog = show('{% dialog id="sure" title="Sure?" %}<p>x</p>{% enddialog %}')
    assert '<dialog id="sure" aria-labelledby="sure-title">' in dialog
    assert 'aria-label="Close"' in dialog
    assert "{{" not in show("{% notice %}{{ text }}{% endnotice %}", text="<b>")
    assert "&lt;b&gt;" in show("{% notice %}{{ text }}{% endnotice %}", text="<b>")
