"""The messages of a talk as they go to a model outside: the same, without secrets."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelRequest, RetryFeedbackPart, ToolReturnPart, UserPromptPart

from seconder.agents.redacting import redacted


class Redacted:
    """Each part is looked at once, however often a talk goes out. `found` counts what was removed, by kind."""

    def __init__(self) -> None:
        self.found = Counter[str]()
        self._seen: dict[int, tuple[Any, Any]] = {}  # Any: a part as it is kept, and as it goes out

    def all_of(self, messages: list[ModelMessage]) -> list[ModelMessage]:
        return [self._message(message) for message in messages]

    def _message(self, message: ModelMessage) -> ModelMessage:
        """What a model wrote itself it has had already."""
        if not isinstance(message, ModelRequest):
            return message
        instructions = message.instructions and str(self._once(message.instructions))
        return replace(message, parts=[self._part(part) for part in message.parts], instructions=instructions)

    def _part(self, part: Any) -> Any:  # Any: a part of a request, of any kind
        if isinstance(part, UserPromptPart | ToolReturnPart | RetryFeedbackPart):
            content = self._once(part.content)
            return (
                part if content is part.content or content == part.content else replace(part, content=content)
            )
        return part

    def _once(self, content: Any) -> Any:  # Any: text, or JSON
        known = self._seen.get(id(content))
        if known is None or known[0] is not content:
            known = self._seen[id(content)] = (content, redacted(content, self.found))
        return known[1]
