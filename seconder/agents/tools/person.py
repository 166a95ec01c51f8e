"""`person.ask`: a model asks the agent's reviewers something, and goes on with the answer."""

from __future__ import annotations

from seconder.agents.tools import Tool, ToolFailed
from seconder.core.json import JSON, Object

KINDS: dict[str, Object] = {
    "text": {"type": "string", "minLength": 1, "contentMediaType": "text/plain"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "yes_no": {"type": "boolean"},
}
ARGUMENTS: Object = {
    "type": "object",
    "required": ["question"],
    "additionalProperties": False,
    "properties": {
        "question": {"type": "string", "minLength": 3, "maxLength": 2000, "description": "In plain words."},
        "kind": {
            "type": "string",
            "enum": [*KINDS, "choice"],
            "description": "Of the answer; text if left out.",
        },
        "choices": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 200},
            "minItems": 2,
            "maxItems": 20,
            "uniqueItems": True,
            "description": "For the kind choice.",
        },
    },
    "if": {"required": ["kind"], "properties": {"kind": {"const": "choice"}}},
    "then": {"required": ["choices"]},
}


def _asks(arguments: Object) -> Object:
    if arguments.get("kind") == "choice":
        return {"enum": arguments["choices"]}
    return KINDS[str(arguments.get("kind", "text"))]


def _never(arguments: Object, key: str) -> JSON:  # noqa: ARG001  as every tool
    raise ToolFailed("A person answers this; there is nothing to run.", retryable=False)


def _describe(arguments: Object) -> list[Object]:
    return [{"label": "What the model asks", "value": str(arguments.get("question", ""))}]


TOOL = Tool(
    name="person.ask",
    title="Ask a person",
    description="Asks a colleague for something that you cannot find out yourself, and gives the answer.",
    kind="read",
    arguments=ARGUMENTS,
    act=_never,
    takes_key=lambda: True,
    describe=_describe,
    asks=_asks,
)
