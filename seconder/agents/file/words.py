"""The small types of an agent's file: durations, ids, quorums, people, models. Each says in its own words
what it wants, and describes itself in the published JSON Schema."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainValidator, StringConstraints, WithJsonSchema

from seconder.core import durations, spans
from seconder.verification.rule import MOST_TEAMS

_MODEL = re.compile(r"builtin|[a-z][a-z0-9_-]*:\S{1,200}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_TEAM = re.compile(r"@[^@\s][^@]*")


def _duration(text: Any) -> str:  # Any: whatever stood in the file
    if not isinstance(text, str):
        raise ValueError("is not a duration; write 90s, 30m, 2h, 3d or ISO 8601 like PT2H")
    return durations.short(durations.parse(text))


def _span(value: Any) -> Any:  # Any: whatever stood in the file
    """By the clock, or `{working: 8h}`."""
    if isinstance(value, dict) and value.keys() == {"working"} and isinstance(value["working"], str):
        return spans.stored(spans.working(value["working"]))
    if isinstance(value, dict):
        raise ValueError("is not a duration; write 8h, or {working: 8h} for hours of work")
    return _duration(value)


def _quorum(value: Any) -> Any:  # Any: whatever stood in the file
    if value in ("any", "all"):
        return value
    if isinstance(value, dict) and len(value) == 1:
        (word, of), *_ = value.items()
        if word == "count" and _counts(of):
            return value
        if word == "percent" and _counts(of) and of <= 100:
            return value
        if word == "per_team" and isinstance(of, dict) and of and all(map(_counts, of.values())):
            if len(of) > MOST_TEAMS:
                raise ValueError(f"names more than {MOST_TEAMS} teams")
            return {word: _by_team(of)}
    raise ValueError("is not a rule; write any, all, {count: 2}, {percent: 60} or {per_team: {legal: 1}}")


def _by_team(of: dict[Any, int]) -> dict[str, int]:  # Any: as above
    """`legal` and `@legal` are one team: of two numbers for it the file does not say which counts."""
    made: dict[str, int] = {}
    for written, count in of.items():
        team = str(written).strip().removeprefix("@")
        if team in made:
            raise ValueError(f"names the team {team} twice")
        made[team] = count
    return made


def _counts(value: Any) -> bool:  # Any: whatever stood in the file
    return type(value) is int and value >= 1


def _model(text: str) -> str:
    if not _MODEL.fullmatch(text):
        raise ValueError("is not a model; write builtin or provider:name, like anthropic:claude-sonnet-4-5")
    return text


def _assignee(text: str) -> str:
    if _EMAIL.fullmatch(text):
        return text.lower()
    if _TEAM.fullmatch(text):
        return text
    raise ValueError("is neither an e-mail address nor a team like @finance")


def _condition(value: Any) -> Any:  # Any: whatever stood in the file
    return str(value).lower() if isinstance(value, bool) else value


def _listed(value: Any) -> Any:  # Any: whatever stood in the file
    return [value] if isinstance(value, str) else value


def _as_people(value: Any) -> Any:  # Any: whatever stood in the file
    return {"people": _listed(value)} if isinstance(value, str | list) else value


def described(text: str, **schema: Any) -> WithJsonSchema:  # Any: a JSON Schema
    return WithJsonSchema({"description": text, **schema})


DURATION_SCHEMA = {"type": "string", "examples": ["90s", "30m", "2h", "3d", "PT2H"]}
_COUNT = {"type": "integer", "minimum": 1}
QUORUM_SCHEMA: dict[str, Any] = {  # Any: a JSON Schema
    "oneOf": [
        {"enum": ["any", "all"]},
        {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                "count": _COUNT,
                "percent": {"type": "integer", "minimum": 1, "maximum": 100},
                "per_team": {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": MOST_TEAMS,
                    "additionalProperties": _COUNT,
                },
            },
        },
    ]
}

Duration = Annotated[
    str, PlainValidator(_duration), described("90s, 30m, 2h, 3d, or ISO 8601 like PT2H.", **DURATION_SCHEMA)
]
Span = Annotated[
    Any,  # Any: a text or an object, checked by _span
    PlainValidator(_span),
    described(
        "By the clock, like 8h; or {working: 8h}, which counts while somebody who is asked is at work.",
        oneOf=[
            DURATION_SCHEMA,
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["working"],
                "properties": {"working": {"type": "string", "examples": ["8h", "1h30m"]}},
            },
        ],
    ),
]
Quorum = Annotated[
    Any,  # Any: "any", "all" or an object, checked by _quorum
    PlainValidator(_quorum),
    described("any, all, {count: 2}, {percent: 60} or {per_team: {legal: 1}}.", **QUORUM_SCHEMA),
]
Model = Annotated[str, AfterValidator(_model)]
Assignee = Annotated[str, AfterValidator(_assignee)]
Assignees = Annotated[list[Assignee], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
AgentId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
StepId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,62}$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Paths = Annotated[list[Text], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
Condition = Annotated[Text, BeforeValidator(_condition, json_schema_input_type=str | bool)]
as_people = _as_people
