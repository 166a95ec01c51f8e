"""The built-in model behind Pydantic AI's interface: no key, no network, no cost.

It is no language model. It fills the output schema with what it finds in the input, calls a tool when the
prompt plainly asks for one, and otherwise answers with sentences of the source.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.usage import RequestUsage

from seconder.agents.builtin.asking import Offer, arguments, asked_for
from seconder.agents.builtin.candidates import Reading
from seconder.agents.builtin.extraction import Extraction, extract
from seconder.agents.builtin.sentences import summary
from seconder.agents.prompting import parse, source_text
from seconder.core.json import Object

NAME = "builtin"
_LONG = 50_000  # characters
SAYS_WHAT_IT_IS = "The built-in model, which is not a language model, quotes the text:"
NOTHING_TO_QUOTE = "The built-in model, which is not a language model, found nothing in the text to quote."


class BuiltinModel(Model[None]):
    """`request` returns a call of the output tool whose arguments hold only what the text says.

    `provider_details` of the response: `{"sources": {pointer: {start, end, text, confidence}}, "missing":
    [pointer]}`; spans count in `prompting.source_text(inputs)`."""

    def __init__(self) -> None:
        """Deliberately without the base class's: it loads a price list, and this model costs nothing."""

    @property
    def model_name(self) -> str:
        return NAME

    @property
    def system(self) -> str:
        return "seconder"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        del model_settings  # temperature and the like mean nothing to rules
        if sum(map(len, _texts(messages))) > _LONG:
            # A long text takes up to a second; other runs of this process go on meanwhile.
            return await asyncio.to_thread(answer, messages, model_request_parameters)
        return answer(messages, model_request_parameters)


def answer(messages: Sequence[ModelMessage], wanted: ModelRequestParameters) -> ModelResponse:
    """The next message: a tool that is asked for and was not called yet, the output, or a quote."""
    prompt, source, inputs_given = _asked(messages)
    called = {part.tool_name for m in messages if isinstance(m, ModelResponse) for part in m.tool_calls}
    offers = [_offer(tool) for tool in wanted.function_tools if tool.name not in called]
    heard = _words(messages)
    if offers and (offer := asked_for(prompt, offers)):
        found = arguments(offer, prompt, source if inputs_given else "")
        if not found.missing:
            return _called(offer.name, found, heard)
    if wanted.output_tools:
        tool = wanted.output_tools[0]
        return _called(tool.name, extract(source, tool.parameters_json_schema, prompt), heard)
    quoted = summary(None, Reading(source), prompt) if source else []
    text = f"{SAYS_WHAT_IT_IS} “{quoted[0].value}”" if quoted else NOTHING_TO_QUOTE
    return _response(TextPart(text), text, Extraction({}, {}), heard)


def _asked(messages: Sequence[ModelMessage]) -> tuple[str, str, bool]:
    """The prompt, the text to read, and whether that text is an input of its own. What tools gave back and
    what people added later is read with it."""
    prompt, texts, given = "", [], False
    for part in (part for message in messages if isinstance(message, ModelRequest) for part in message.parts):
        if isinstance(part, UserPromptPart):
            said, inputs = parse(_text(part.content))
            if inputs is not None:
                texts.append(source_text(inputs))
                given = True
            elif prompt:
                texts.append(said)
            prompt = prompt or said
        elif isinstance(part, ToolReturnPart) and part.outcome == "success":
            texts.append(_returned(part.content))
    return prompt, "\n\n".join(texts) if given else "\n\n".join([prompt, *texts]), given


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(item for item in content if isinstance(item, str))


def _returned(content: Any) -> str:
    return source_text(content) if isinstance(content, dict | list | str) else ""


def _offer(tool: ToolDefinition) -> Offer:
    return Offer(tool.name, tool.description or "", tool.parameters_json_schema)


def _called(tool: str, found: Extraction, heard: int) -> ModelResponse:
    return _response(ToolCallPart(tool, found.values), json.dumps(found.values), found, heard)


def _response(part: TextPart | ToolCallPart, said: str, found: Extraction, heard: int) -> ModelResponse:
    sources: Object = {
        pointer: {"start": s.start, "end": s.end, "text": s.text, "confidence": s.confidence}
        for pointer, s in found.sources.items()
    }
    return ModelResponse(
        parts=[part],
        usage=RequestUsage(input_tokens=heard, output_tokens=len(said.split())),
        model_name=NAME,
        provider_name="seconder",
        provider_details={"sources": sources, "missing": list(found.missing)},
    )


def _words(messages: Sequence[ModelMessage]) -> int:
    """The words of all requests, which stand for tokens: nothing is paid by them."""
    return sum(len(text.split()) for text in _texts(messages))


def _texts(messages: Sequence[ModelMessage]) -> Iterator[str]:
    parts = (part for message in messages if isinstance(message, ModelRequest) for part in message.parts)
    return (_text(part.content) for part in parts if isinstance(part, UserPromptPart | SystemPromptPart))
