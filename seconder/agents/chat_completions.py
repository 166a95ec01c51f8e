"""OpenAI's client, asked the short way: its own `create` compares every value of a request with its types before
it is sent, which costs a fifth of the call's CPU; what Pydantic AI hands over is plain JSON already. And of what a
server answers only as much is passed on as anybody will look at: the libraries go through every character."""

from __future__ import annotations

import json
from typing import Any

from openai import AsyncOpenAI, NotGiven, Omit
from openai.resources.chat.completions import AsyncCompletions
from openai.types.chat import ChatCompletion
from pydantic import ValidationError

from seconder.agents import given

_OPTIONS = {
    "extra_headers": "headers",
    "extra_query": "params",
    "extra_body": "extra_json",
    "timeout": "timeout",
}


class PlainCompletions(AsyncCompletions):
    async def create(self, **given: Any) -> Any:  # Any: what the client's own takes and answers
        """As the client's own, for replies that are not streamed."""
        kept = {name: value for name, value in given.items() if not isinstance(value, NotGiven | Omit)}
        options: Any = {
            option: value for name, option in _OPTIONS.items() if (value := kept.pop(name, None)) is not None
        }  # Any: the client's type of it is private
        answer = _read(
            await self._client.post("/chat/completions", body=kept, options=options, cast_to=object)
        )
        for choice in getattr(answer, "choices", None) or ():
            _bound(getattr(choice, "message", None))
        return answer


def _read(
    content: Any,
) -> Any:  # Any: JSON, text or not; answers a ChatCompletion, or what came instead of one
    """The client's own reading takes each value in hand, so that it refuses none; here only what would be refused."""
    if isinstance(content, str):  # a server that does not say that it is JSON
        try:
            content = json.loads(content)
        except (ValueError, RecursionError):
            return content
    if not isinstance(content, dict):
        return content
    try:
        return ChatCompletion.model_validate(content)
    except ValidationError:
        return ChatCompletion.construct(**content)


def _bound(message: Any) -> None:  # Any: nothing was compared with the client's types
    calls = getattr(message, "tool_calls", None)
    if isinstance(calls, list):
        del calls[given.PARTS :]
        for call in calls:
            function: Any = getattr(call, "function", None)  # Any: as above
            if len(getattr(function, "arguments", None) or "") > given.LONGEST:
                function.arguments = json.dumps(given.LEFT_OUT)
    if isinstance(content := getattr(message, "content", None), str):
        message.content = content[: given.LONGEST]


def shortened(client: AsyncOpenAI) -> AsyncOpenAI:
    """The same client; its chat completions go the short way from now on."""
    vars(client.chat)["completions"] = PlainCompletions(
        client
    )  # where the client keeps its own, made at first use
    return client
