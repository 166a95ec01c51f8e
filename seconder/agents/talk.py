"""One AI step's talk with a model, as it is stored and as it goes on.

The unit of durability is one reply: after each, the talk is dumped and committed before anything follows
from it, so a killed worker pays for no reply twice. That is why this drives Pydantic AI's models directly
rather than its Agent (docs/decisions/0004): the Agent keeps the state between replies to itself.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from decimal import Decimal

from pydantic_ai.direct import model_request
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    RetryFeedbackPart,
    RetryInfo,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

from seconder.agents import given
from seconder.agents.given import Given
from seconder.agents.language_models import language_model
from seconder.agents.outgoing import Redacted
from seconder.agents.prompting import compose
from seconder.agents.recipients import recipient_of
from seconder.core.json import JSON, Object, storable

RESULT = "give_result"
TEXT: Object = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
TRIES = 3  # replies that do not keep the schema before the step fails
BESIDE = "Not taken, because you used other tools beside it. Give the result once you know what came of them."
LOOKED_AT = "A person looked at this."
BY_TOOL = "Give the result by calling the tool, as the schema says."
EMPTY = "The reply was empty. Answer in words."
UNPRICED = 100  # names of models that are kept, as servers give them
_unpriced: set[tuple[str, str]] = set()  # in no price list, which takes long to find: local servers, mostly
_ID = re.compile(r"[\w|.-]{1,128}", re.ASCII)


class NoResult(Exception):
    """The model did not give what was asked for, several times."""


@dataclass(frozen=True)
class Call:
    """A tool that the model wants to use. `id` is unique in its talk."""

    id: str
    tool: str
    given: Given


@dataclass(frozen=True)
class Result:
    """`missing` are the paths of required values that the model left out; `sources` maps a JSON pointer to the
    span of the source that shows the value, where the model says so."""

    value: Object
    missing: list[str]
    sources: Object


class Talk:
    """`schema` is what the step shall give; `tools` what it may use: name → (description, JSON Schema)."""

    def __init__(self, schema: Object, tools: dict[str, tuple[str, Object]], stored: JSON = None) -> None:
        self.schema = schema
        self.messages = ModelMessagesTypeAdapter.validate_python(stored or [])
        self._asks_text = schema.get("properties", {}) == TEXT["properties"]
        self._parameters = ModelRequestParameters(
            function_tools=[
                ToolDefinition(name=_wire(name), description=text, parameters_json_schema=arguments)
                for name, (text, arguments) in tools.items()
            ],
            output_tools=[]
            if self._asks_text
            else [
                ToolDefinition(
                    name=RESULT,
                    description="Give the result. Leave out what the input does not say.",
                    parameters_json_schema=schema,
                    kind="output",
                )
            ],
            output_mode="text" if self._asks_text else "tool",
            allow_text_output=self._asks_text,
        )
        self._names = {_wire(name): name for name in tools}
        self._redacted = Redacted()
        self._read: dict[str, Given] = {}  # id of a call → its arguments, once they were looked at

    def begin(self, instructions: str, prompt: str, inputs: Object) -> None:
        part = UserPromptPart(compose(prompt, inputs))
        self.messages.append(ModelRequest(parts=[part], instructions=instructions.strip() or None))

    def again(self, message: str) -> None:
        """Has the model do it once more. What it gave last is answered first: providers refuse a call of a tool
        that is left without an answer."""
        last = self._last_reply()
        answers: list[ModelRequestPart] = [
            ToolReturnPart(call.tool_name, LOOKED_AT, tool_call_id=call.tool_call_id, outcome="denied")
            for call in (_results(last) if last else [])
        ]
        instructions = next((m.instructions for m in self.messages if isinstance(m, ModelRequest)), None)
        self.messages.append(
            ModelRequest(parts=[*answers, UserPromptPart(message)], instructions=instructions)
        )

    @property
    def is_begun(self) -> bool:
        return bool(self.messages)

    @property
    def awaits_reply(self) -> bool:
        return isinstance(self.messages[-1], ModelRequest) and not self.open_calls()

    def stored(self) -> JSON:
        return _slim(ModelMessagesTypeAdapter.dump_python(self.messages, mode="json"))

    async def ask(self, model: str | None) -> ModelResponse:
        """Asks for the next reply and adds it. Raises what the provider's client raises."""
        reply = await model_request(
            language_model(model), await self._sent(model), model_request_parameters=self._parameters
        )
        if _weight(reply) > given.LARGE:
            await asyncio.to_thread(self._tidy, reply)
        else:
            self._tidy(reply)
        self.messages.append(reply)
        return reply

    async def _sent(self, model: str | None) -> list[ModelMessage]:
        """What goes out: to whom is not on this machine, without secrets (`redacting`)."""
        if recipient_of(model) is None:
            return self.messages
        if sum(map(_length, self.messages)) > given.LARGE:
            return await asyncio.to_thread(self._redacted.all_of, self.messages)
        return self._redacted.all_of(self.messages)

    @property
    def removed(self) -> dict[str, int]:
        """How much was not sent, by kind."""
        return dict(self._redacted.found)

    def _tidy(self, reply: ModelResponse) -> None:
        """Approvals and effects are bound to the ids of calls, and a model gives any, twice the same or none: each
        that is not fit for it is replaced, for which the provider does not care. Texts become storable. What is
        beyond all bounds is not kept: it would be sent, paid for and stored again with each further reply."""
        reply.parts = [*reply.parts[: given.PARTS]]
        taken = {part.tool_call_id for part in self._calls()}
        for part in reply.parts:
            if isinstance(part, ToolCallPart):
                if part.tool_call_id in taken or not _ID.fullmatch(part.tool_call_id):
                    part.tool_call_id = f"call-{len(taken)}"
                    while part.tool_call_id in taken:
                        part.tool_call_id += "-"
                taken.add(part.tool_call_id)
                if self._given_by(part).fault == given.TOO_LARGE:
                    part.args = dict(given.LEFT_OUT)
            texts = {name: value for name, value in vars(part).items() if isinstance(value, str)}
            vars(part).update({name: storable(text[: given.LONGEST]) for name, text in texts.items()})
        reply.model_name = reply.model_name and str(storable(reply.model_name))

    def _calls(self) -> list[ToolCallPart]:
        """All calls of all replies."""
        replies = [message for message in self.messages if isinstance(message, ModelResponse)]
        return [part for reply in replies for part in reply.parts if isinstance(part, ToolCallPart)]

    def open_calls(self) -> list[Call]:
        """The tool calls of the last reply that have no result yet."""
        reply, answered = self._last_reply(), self._answered()
        if reply is None:
            return []
        return [
            Call(part.tool_call_id, self._names.get(part.tool_name, part.tool_name), self._given_by(part))
            for part in reply.parts
            if isinstance(part, ToolCallPart)
            and part.tool_name != RESULT
            and part.tool_call_id not in answered
        ]

    def answer(self, call: Call, content: JSON) -> None:
        """Tells the model what came of a call."""
        self._add(ToolReturnPart(tool_name=_wire(call.tool), content=content, tool_call_id=call.id))

    def result(self) -> Result | None:
        """What the last reply gives, once it keeps the schema; None where the talk has to go on, in which case
        the model has been told why. Raises NoResult after TRIES."""
        reply = self._last_reply()
        if reply is None:
            return None
        result = self._given(reply)
        value, details = result.value, reply.provider_details or {}
        faults = [result.fault] if value is None else given.faults(self.schema, value)
        if value is not None and not faults:
            missing = given.missing(self.schema, value)
            if not missing or "missing" in details or self._retries():
                return Result(value, missing, details.get("sources") or {})
            faults = [
                f"{path} is required; leave it out once more if the input does not say it"
                for path in missing[: given.FAULTS]
            ]
        self._again(reply, "; ".join(faults))
        return None

    @property
    def is_large(self) -> bool:
        """Whether a look at the last reply takes long enough for others to notice."""
        reply = self._last_reply()
        return reply is not None and _weight(reply) > given.LARGE

    def _given(self, reply: ModelResponse) -> Given:
        """What it gives as the result; a fault where it gives none."""
        if results := _results(reply):
            return self._given_by(results[0])
        text = "".join(part.content for part in reply.parts if isinstance(part, TextPart))
        if not self._asks_text:
            found = given.read(text) if text else Given(None, given.NO_OBJECT)
            return Given(None, BY_TOOL) if found.fault == given.NO_OBJECT else found
        if len(text) >= given.LONGEST:
            return Given(None, given.TOO_LARGE)
        return Given({"text": text}) if text.strip() else Given(None, EMPTY)

    def _given_by(self, part: ToolCallPart) -> Given:
        if part.tool_call_id not in self._read:
            self._read[part.tool_call_id] = given.read(part.args)
        return self._read[part.tool_call_id]

    def _again(self, reply: ModelResponse, why: str) -> None:
        if self._retries() + 1 >= TRIES:
            raise NoResult(f"The model did not keep the schema in {TRIES} replies: {why}")
        if results := _results(reply):
            answers = [
                ToolReturnPart(call.tool_name, why, tool_call_id=call.tool_call_id, outcome="retried")
                for call in results
            ]
            self.messages.append(ModelRequest(parts=answers))
        else:
            feedback = RetryFeedbackPart(content=why, retry=RetryInfo("validation_error"))
            self.messages.append(ModelRequest(parts=[feedback]))

    def _retries(self) -> int:
        """Since it was asked, the last time where it was asked again."""
        asked = [place for place, message in enumerate(self.messages) if _asks(message)]
        return sum(
            any(
                isinstance(part, RetryFeedbackPart)
                or (isinstance(part, ToolReturnPart) and part.outcome == "retried")
                for part in message.parts
            )
            for message in self.messages[asked[-1] :]
            if isinstance(message, ModelRequest)
        )

    def _last_reply(self) -> ModelResponse | None:
        return next((m for m in reversed(self.messages) if isinstance(m, ModelResponse)), None)

    def _answered(self) -> set[str]:
        last = self.messages[-1]
        parts = last.parts if isinstance(last, ModelRequest) else []
        return {part.tool_call_id for part in parts if isinstance(part, ToolReturnPart)}

    def _add(self, part: ModelRequestPart) -> None:
        last = self.messages[-1]
        if isinstance(last, ModelRequest):
            last.parts = [*last.parts, part]
            return
        beside = _results(last) if isinstance(last, ModelResponse) else []
        untaken = [ToolReturnPart(call.tool_name, BESIDE, tool_call_id=call.tool_call_id) for call in beside]
        self.messages.append(ModelRequest(parts=[*untaken, part]))


def _asks(message: ModelMessage) -> bool:
    return isinstance(message, ModelRequest) and any(isinstance(p, UserPromptPart) for p in message.parts)


def usage(reply: ModelResponse) -> Object:
    """Tokens and money of one reply; `amount` is a decimal string of US dollars, None where no price is known."""
    return {
        "input_tokens": reply.usage.input_tokens,
        "output_tokens": reply.usage.output_tokens,
        "amount": _price(reply),
    }


def _price(reply: ModelResponse) -> str | None:
    if reply.provider_name is None or reply.model_name is None:
        return "0"
    named = reply.provider_name, reply.model_name
    try:
        return None if named in _unpriced else str(Decimal(reply.cost().total_price))
    except ValueError:  # this reply does not say what it used; the next one may
        return None
    except LookupError:
        if len(_unpriced) >= UNPRICED:
            _unpriced.clear()
        _unpriced.add(named)
        return None


def _slim(value: JSON) -> JSON:
    """Without what is None: what is stored of each waiting run is paid for in bytes."""
    if isinstance(value, dict):
        return {key: _slim(item) for key, item in value.items() if item is not None}
    return [_slim(item) for item in value] if isinstance(value, list) else value


def _wire(name: str) -> str:
    """Providers take letters, digits, `_` and `-` only."""
    return name.replace(".", "_")


def _results(reply: ModelResponse) -> list[ToolCallPart]:
    return [part for part in reply.parts if isinstance(part, ToolCallPart) and part.tool_name == RESULT]


def _length(message: ModelMessage) -> int:
    return sum(
        len(content) for part in message.parts if isinstance(content := getattr(part, "content", 0), str)
    )


def _weight(reply: ModelResponse) -> int:
    calls = [given.weight(part.args) for part in reply.parts if isinstance(part, ToolCallPart)]
    return sum(calls) + sum(len(part.content) for part in reply.parts if isinstance(part, TextPart))
