"""The components as template tags: `{% load ui %}`. What each is for: `docs/reference/design-system.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from seconder.core.json import JSON
from seconder.ui import assets, fields, flow, forms, icons, navigation, states, timeline, values, words

register = template.Library()
Scope = dict[str, object]

register.simple_tag(icons.icon, name="icon")
register.simple_tag(icons.inner, name="drawing")
register.simple_tag(assets.address, name="asset")
register.simple_tag(words.money, name="money")
register.filter("lasting", words.lasting)
register.filter("figure", words.figure)
register.filter("label", words.label)
register.filter("tone", lambda value: states.state_of(value).tone)
register.filter("said", lambda value: states.state_of(value).word.lower())
register.filter("drawn", lambda kind: flow.KINDS.get(kind, "note"))

MARKS = {
    "model": ("Written by a model", "spark"),
    "builtin": ("Found by the built-in model", "search"),
    "person": ("Changed by a person", "pencil"),
    "tool": ("Given by a tool", "wrench"),
    "requester": ("Given by who asked", "speech"),
    "answer": ("Answered by a person", "speech"),
}


@register.inclusion_tag("ui/components/state.html")
def state(value: str, label: str = "") -> Scope:
    """A state as colour, shape and word; `label` replaces the word ("Waiting for finance")."""
    shown = states.state_of(value)
    return {"shown": shown, "word": label or shown.word}


@register.inclusion_tag("ui/components/person.html")
def person(name: str, kind: str = "person", you: bool = False) -> Scope:  # noqa: FBT001, FBT002  # a template's keyword
    """Who: `kind` is person, team, agent, key or system; anything but a person is drawn square."""
    drawn = {"team": "people", "agent": "agent", "key": "key", "system": "gear"}.get(kind)
    return {"name": name, "kind": kind, "you": you, "initials": words.initials(name), "icon": drawn}


@register.inclusion_tag("ui/components/moment.html")
def moment(when: datetime | None) -> Scope:
    """A time as a distance, exact on hover and for screen readers; nothing for None."""
    if when is None:
        return {"when": None}
    return {"when": when, "relative": words.relative(when, timezone.now()), "exact": words.exact(when)}


@register.inclusion_tag("ui/components/mark.html")
def mark(by: str, note: str = "") -> Scope:
    """Who wrote a value: `by` is model, builtin, person, tool, requester or answer; `note` replaces its words."""
    word, drawn = MARKS[by]
    return {"by": by, "word": note or word, "icon": drawn}


@register.inclusion_tag("ui/components/quote.html")
def quote(text: str, by: str = "model", note: str = "") -> Scope:
    """Text that a model wrote, quoted and marked."""
    return {"shown": values.show(text), "by": by, "note": note}


@register.inclusion_tag("ui/components/source.html")
def source(passage: Mapping[str, str]) -> Scope:
    """`{document, before, marked, after}`: the words of a document that a value was read from."""
    return {"passage": passage}


@register.inclusion_tag("ui/components/value.html")
def value(of: JSON, key: str = "") -> Scope:
    """Any JSON value as a person reads it."""
    return {"shown": values.show(of, key)}


@register.inclusion_tag("ui/components/keyvalues.html")
def keyvalues(rows: Sequence[Mapping[str, object]]) -> Scope:
    """Rows of `{label, value, key?, missing?, by?, source?, said?, unsure?, remarks?}`; `by` and `source` as in `mark`
    and `source`; `said` are the words of the source, `unsure` asks to look twice, `remarks` say why."""
    marks = Counter(row.get("by") for row in rows if not row.get("missing"))
    # One mark for all that have it in common: repeated on each row, nobody would read it any more.
    common, count = marks.most_common(1)[0] if marks else (None, 0)
    return {
        "rows": rows,
        "shared": common if count > len(rows) / 2 or len(marks) == 1 else None,
        "all": len(marks) < 2,
    }


@register.inclusion_tag("ui/components/difference.html")
def difference(rows: Sequence[Mapping[str, JSON]]) -> Scope:
    """Rows of `{label, before, after}`: what a value was and what it is now."""
    shown = [
        {"label": row["label"], "before": values.show(row["before"]), "after": values.show(row["after"])}
        for row in rows
    ]
    return {"rows": shown}


@register.inclusion_tag("ui/components/tabs.html")
def tabs(items: Sequence[Mapping[str, object]], label: str) -> Scope:
    """Links of `{label, url, here, count?}` between views of one thing; `label` names the group."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/components/progress.html")
def progress(done: float, of: float, label: str, unit: str = "") -> Scope:
    """How far something is, with its figure."""
    return {"done": done, "of": of, "label": label, "unit": unit}


@register.inclusion_tag("ui/components/toast.html")
def toast(text: str, tone: str = "info") -> Scope:
    """A short message that goes by itself; `tone` is info, success or error (an error stays until dismissed)."""
    known = tone if tone in ("success", "error") else "info"
    return {"text": text, "tone": known, "icon": {"success": "tick", "error": "cross"}.get(known, "note")}


@register.inclusion_tag("ui/components/notices.html")
def notices() -> Scope:
    """The foot of every page: what becomes of the reader's data. Needs neither a request nor the database."""
    return {"links": [(label, reverse(url_name)) for label, url_name in navigation.doors.notices]}


@register.inclusion_tag("ui/components/button.html")
def button(label: str, **options: object) -> Scope:
    """`kind` primary, plain, small, danger or quiet; `url` makes it a link; also `icon`, `name`, `value`, `form`.

    `opens` is the id of a dialog; `confirms` too, on a button that submits where scripts are off; `keys` a letter
    that presses it.
    """
    return {"label": label, "kind": "plain", **options}


@register.inclusion_tag("ui/components/form.html")
def form_fields(form: BaseForm) -> Scope:
    """All of a Django form: what is wrong with it as a whole, its hidden fields, its controls."""
    hidden = form.hidden_fields()
    faults = [*form.non_field_errors(), *(fault for bound in hidden for fault in bound.errors)]
    return {"faults": faults, "hidden": hidden, "fields": forms.fields_of(form)}


@register.inclusion_tag("ui/components/field.html")
def field(of: fields.Field, form: str = "") -> Scope:
    """A labelled control with help and error (`seconder.ui.fields.Field`); `form` is the id of a form elsewhere."""
    return {"field": of, "form": form, "id": f"field-{of.name.replace('.', '-')}"}


@register.inclusion_tag("ui/components/flow.html")
def flowchart(steps: Sequence[flow.FlowStep], title: str) -> Scope:
    """The steps of an agent as a picture; put the list of the same steps beside it."""
    return {"drawing": flow.draw(steps), "title": title, "width": flow.WIDTH, "height": flow.HEIGHT}


@register.inclusion_tag("ui/components/span.html")
def span(steps: Sequence[Mapping[str, datetime]], step: Mapping[str, object]) -> Scope:
    """The bar of one step (`started_at`, `finished_at`, `status`) on the time of all of them."""
    ends = [(each.get("started_at"), each.get("finished_at")) for each in steps]
    first, last = timeline.extent(ends, timezone.now())
    start, end = step.get("started_at"), step.get("finished_at")
    assert start is None or isinstance(start, datetime)
    assert end is None or isinstance(end, datetime)
    return {"bar": timeline.bar(start, end, first, last), "tone": states.state_of(str(step["status"])).tone}


@register.inclusion_tag("ui/components/bars.html")
def bars(rows: Sequence[tuple[str, float]], title: str, of: str, unit: str) -> Scope:
    """Figures as bars, in the table that says them: rows of (what, how many); `of` and `unit` head the columns."""
    most = max((figure for _, figure in rows), default=0) or 1
    drawn = [(label, figure, round(figure / most * timeline.SCALE)) for label, figure in rows]
    return {"rows": drawn, "title": title, "of": of, "unit": unit}


@register.inclusion_tag("ui/components/columns.html")
def columns(
    rows: Sequence[tuple[str, float | None]], title: str, unit: str, none: str = "", of: str = "Day"
) -> Scope:
    """Figures over time, as columns; the table of the same stands below it, folded. `none`: what it says where there is
    no figure; `of` heads what the columns are."""
    most = max((figure or 0 for _, figure in rows), default=0)
    drawn = [
        (number * 10, round((figure or 0) / (most or 1) * 96)) for number, (_, figure) in enumerate(rows)
    ]
    shown = [(x, 100 - height, height) for x, height in drawn]
    return {
        "columns": shown,
        "rows": rows,
        "width": 10 * len(rows),
        "most": most,
        "title": title,
        "unit": unit,
        "none": none,
        "of": of,
    }


def _block(name: str, content: str, **scope: object) -> SafeString:
    return render_to_string(f"ui/components/{name}.html", {"content": content, **scope})


@register.simple_block_tag
def card(content: str, title: str = "", kind: str = "") -> SafeString:
    """A surface with a heading of its own; `kind` waiting, problem or quiet."""
    return _block("card", content, title=title, kind=kind)


@register.simple_block_tag
def empty(content: str, title: str, icon: str = "inbox") -> SafeString:
    """Nothing here yet: an icon, a title, a sentence that teaches the first step and its button."""
    return _block("empty", content, title=title, icon=icon)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002  # the attribute's name
    """A native dialog; opened by a button with `opens`, closed by Escape or its own button."""
    return _block("dialog", content, id=id, title=title)


@register.simple_block_tag
def notice(content: str, tone: str = "info") -> SafeString:
    """A sentence or two above what they are about; `tone` info, amber, red or green."""
    icon = {"amber": "hourglass", "red": "warning", "green": "tick"}.get(tone, "note")
    return _block("notice", content, tone=tone, icon=icon)
