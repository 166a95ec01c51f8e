"""The form of a decision: its shape and wording. The rule is `Review.decide`'s alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from seconder.accounts.actor import Actor
from seconder.core import paths
from seconder.core.json import JSON, Object
from seconder.core.refusals import Conflict, Invalid
from seconder.ui import fields, uploads
from seconder.ui.fields import Field
from seconder.verification.allowance_form import read_allowance
from seconder.verification.answer_form import read_answer
from seconder.verification.claiming import claimant
from seconder.verification.deciding import hindrance
from seconder.verification.models import Review

_ONE = "value"  # the name under which a value that is no object is edited


@dataclass
class DecisionForm:
    """What was typed. `errors` maps the name of a field to a sentence; `note_error` stands at the note."""

    verdict: str
    digest: str
    note: str = ""
    answer: JSON = None
    allowance: Object | None = None
    edits: Object = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    note_error: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    stage: int | None = None

    @classmethod
    def of(
        cls, review: Review, posted: Mapping[str, str], files: uploads.Files | None = None
    ) -> DecisionForm:
        typed, wrong = uploads.typed(posted, files or {})
        made = cls(typed.get("verdict", ""), typed.get("digest", ""), typed.get("note", ""), typed=typed)
        if (stage := typed.get("stage", "")).isdecimal() and len(stage) < 4:
            made.stage = int(stage)
        if made.verdict == "edit":
            made.edits, made.errors = _edits(review, typed)
            if not made.edits and not made.errors:
                made.verdict = "approve"  # nothing was changed, so what is shown is approved
        elif made.verdict == "allow":
            made.verdict, made.allowance = "approve", read_allowance(review, typed)
        elif made.verdict == "answer":
            made.answer, made.errors = read_answer(review, typed)
            made.errors |= wrong
        return made

    @property
    def is_edit(self) -> bool:
        return self.verdict == "edit" or self.typed.get("verdict") == "edit"

    def give(self, review: Review, actor: Actor) -> None:
        """Decides with it. Raises the Refusal that stands against it, having put it at its field."""
        # What stands against deciding at all comes first, as by every door; then a claim, then what was typed.
        if refused := hindrance(review, actor):
            raise refused
        if (holder := claimant(review)) and holder != actor.person.pk and not self.typed.get("despite_claim"):
            raise Conflict(
                "A colleague looks at this just now. Say that you decide all the same, then answer again."
            )
        if self.errors:
            raise Invalid("Some values cannot be read. Nothing was decided; what you wrote stands below.")
        try:
            review.decide(
                actor,
                self.verdict,
                digest=self.digest,
                note=self.note,
                edits=self.edits or None,
                answer=self.answer,
                allowance=self.allowance,
                stage=self.stage,
            )
        except Invalid as invalid:
            self._place(review, invalid)
            raise

    def _place(self, review: Review, refused: Invalid) -> None:
        where = str(refused.facts.get("path", ""))
        if where == "note":
            self.note_error = refused.detail
        elif self.verdict == "answer":
            self.errors[where] = refused.detail.removeprefix(f"{where}: ")
        elif self.is_edit:
            for prefix, item, _ in _editable(review):
                inside = where.removeprefix(str(item["path"]))
                if inside != where:
                    self.errors[f"{prefix}{inside.lstrip('.') or _ONE}"] = refused.detail.removeprefix(
                        f"{where}: "
                    )


def edit_fields(review: Review, form: DecisionForm | None = None) -> list[Field]:
    """A control for each value that may be edited: as typed before, or as it stands."""
    made: list[Field] = []
    for prefix, item, schema in _editable(review):
        for one in fields.fields_of(schema, _value(item, schema)):
            name = f"{prefix}{one.name}"
            typed = form.typed.get(name) if form else None
            error = form.errors.get(name, "") if form else ""
            value = one.value if typed is None else typed
            if not one.value and not error and _path(item, one.name) in _gaps(item):
                one = replace(one, help="Not found. Fill it in if you know it.")
            made.append(replace(one, name=name, value=value, error=error))
    return made


def _path(item: Object, name: str) -> str:
    here = str(item["path"])
    return here if name == _ONE else f"{here}.{name}"


def _gaps(item: Object) -> list[JSON]:
    gaps = item.get("missing")
    return gaps if isinstance(gaps, list) else []


def _editable(review: Review) -> Iterator[tuple[str, Object, Object]]:
    """(prefix of the fields' names, item, schema with properties) of each item that may be edited."""
    for number, item in enumerate(review.items):
        schema = review.schemas.get(str(item["path"]))
        if schema is None:
            continue
        schema = fields.as_object(schema, _ONE, str(item["label"]))
        yield f"{number}.", item, _settled(schema, _value(item, schema))


def _value(item: Object, schema: Object) -> Object:
    value = item["value"]
    properties = schema.get("properties")
    if isinstance(properties, dict) and list(properties) == [_ONE] and not isinstance(value, dict):
        return {_ONE: value}
    return value if isinstance(value, dict) else {}


def _settled(schema: Object, value: Object) -> Object:
    """Where a property may be of several kinds, the kind that it has now."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return schema
    return {
        **schema,
        "properties": {name: _one_kind(part, value.get(name)) for name, part in properties.items()},
    }


def _one_kind(part: JSON, value: JSON) -> JSON:
    options = part.get("anyOf") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(options, list):
        return part
    wanted = "array" if isinstance(value, list) else "string"
    chosen = next((one for one in options if isinstance(one, dict) and one.get("type") == wanted), {})
    rest: Object = {key: inner for key, inner in part.items() if key != "anyOf"}
    return {**(chosen if isinstance(chosen, dict) else {}), **rest}


def _edits(review: Review, typed: Mapping[str, str]) -> tuple[Object, dict[str, str]]:
    """Path → new value for what was changed, and a sentence for each field that cannot be read."""
    edits: Object = {}
    errors: dict[str, str] = {}
    for prefix, item, schema in _editable(review):
        below = {name.removeprefix(prefix): text for name, text in typed.items() if name.startswith(prefix)}
        if not below:
            continue
        given, wrong = fields.read(schema, below)
        errors |= {f"{prefix}{name}": sentence for name, sentence in wrong.items()}
        edits |= _changed(item, _value(item, schema), given, schema)
    return edits, errors


def _changed(item: Object, before: Object, given: Object, schema: Object) -> Object:
    here = paths.parse(str(item["path"]))
    if list(_leaves(schema)) == [(_ONE,)] and _ONE in before and not isinstance(item["value"], dict):
        return {} if _same(before[_ONE], given.get(_ONE)) else {paths.text(here): given.get(_ONE)}
    changed = [leaf for leaf in _leaves(schema) if not _same(_at(before, leaf), _at(given, leaf))]
    if any(_at(given, leaf) is None for leaf in changed):
        # Something was emptied: there is no path to nothing, so the whole is given without it.
        return {paths.text(here): _without_gaps(before, given, changed)}
    return {paths.text((*here, *leaf)): _at(given, leaf) for leaf in changed}


def _leaves(schema: JSON, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not properties:
        yield at
        return
    for name, part in properties.items():
        yield from _leaves(part, (*at, name))


def _at(value: JSON, leaf: tuple[str, ...]) -> JSON:
    for name in leaf:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _same(before: JSON, after: JSON) -> bool:
    if isinstance(before, str) and isinstance(after, str):
        return before.replace("\r\n", "\n").strip() == after.strip()
    if before in (None, "") and after in (None, False, ""):
        return True  # a box that was not there and is not ticked
    return before == after and isinstance(before, bool) == isinstance(after, bool)


def _without_gaps(before: Object, given: Object, changed: list[tuple[str, ...]]) -> Object:
    whole: Object = dict(before)
    for leaf in changed:
        whole = _put(whole, leaf, _at(given, leaf))
    return whole


def _put(value: Object, leaf: tuple[str, ...], new: JSON) -> Object:
    name, rest = leaf[0], leaf[1:]
    if rest:
        inner = value.get(name)
        return {**value, name: _put(inner if isinstance(inner, dict) else {}, rest, new)}
    if new is None:
        return {key: kept for key, kept in value.items() if key != name}
    return {**value, name: new}
