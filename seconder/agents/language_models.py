"""Language models by name: `builtin`, or `provider:model` as Pydantic AI names them.

With MODEL_BASE_URL every `provider:model` is asked at that address in OpenAI's protocol. Imported on the
first AI step only: Pydantic AI costs a second and 40 MB that a waiting worker should not pay.
"""

from __future__ import annotations

import asyncio
import functools
import os
from urllib.parse import urlsplit

from django.conf import settings
from pydantic_ai.models import Model, infer_model

from seconder.agents.recipients import BUILTIN, KEYS
from seconder.core.lasting import settle


def language_model(name: str | None) -> Model:
    """The model of this name; None: the installation's own choice. Raises ValueError for an unknown provider. Before
    each request `recipients.disclose_to_model` is asked whether anything may be sent."""
    name = name or settings.MODEL
    return _made(name, settings.MODEL_BASE_URL, settings.MODEL_API_KEY, asyncio.get_running_loop())


@functools.lru_cache(maxsize=16)
def _made(name: str, base_url: str | None, api_key: str | None, loop: asyncio.AbstractEventLoop) -> Model:  # noqa: ARG001
    """A client keeps its connections, which belong to the loop that opened them."""
    model = _make(name, base_url, api_key)
    _settle(type(model))
    return model


@functools.cache
def _settle(kind: type[Model]) -> None:  # noqa: ARG001  once for each: with it came its library
    settle()


def _make(name: str, base_url: str | None, api_key: str | None) -> Model:
    if name == BUILTIN:
        from seconder.agents.builtin.model import BuiltinModel

        return BuiltinModel()
    provider, _, model = name.partition(":")
    if base_url:
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider

        from seconder.agents.chat_completions import shortened

        local = OpenAIProvider(
            base_url=base_url, api_key=api_key or os.environ.get("OPENAI_API_KEY") or "none"
        )
        shortened(local.client)
        return OpenAIChatModel(model, provider=local)
    if api_key and provider in KEYS:
        os.environ.setdefault(KEYS[provider], api_key)
    return infer_model(name)


def host(name: str) -> str:
    """Where the model is asked, for people to read."""
    if name == BUILTIN:
        return "on this machine"
    return (
        urlsplit(settings.MODEL_BASE_URL).hostname or name
        if settings.MODEL_BASE_URL
        else name.partition(":")[0]
    )
