"""Providers of language models: who they are, declared where nothing heavy is loaded; `language_models` talks to them.

Any other provider is reached through a server that speaks OpenAI's protocol (SECONDER_MODEL_BASE_URL).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from seconder.core.recipients import Recipient, declare_recipient, disclose

BUILTIN = "builtin"
SENT = ("user.content.private",)
SERVER = "model-server"
# The provider's name in front of the colon, who that is, where it is asked, and the variable with its key.
_PROVIDERS = {
    "openai": ("OpenAI", "OpenAI OpCo, LLC", "api.openai.com", "OPENAI_API_KEY"),
    "anthropic": ("Anthropic", "Anthropic, PBC", "api.anthropic.com", "ANTHROPIC_API_KEY"),
    "google": ("Google (Gemini)", "Google LLC", "generativelanguage.googleapis.com", "GOOGLE_API_KEY"),
}
KEYS = {provider: key for provider, (_, _, _, key) in _PROVIDERS.items()}


class UnknownProvider(ValueError):
    """No such provider is declared, so nothing can be sent to it. The text says what to do."""


def disclose_to_model(model: str | None) -> None:
    """Called before each request, on a thread that may ask the database. Raises DisclosureRefused, UnknownProvider."""
    if recipient := recipient_of(model):
        disclose(recipient, SENT, host=host_of(recipient))


def recipient_of(model: str | None) -> str | None:
    """The id of the recipient that is asked by this model's name (None: the installation's choice); None where nothing
    leaves. Raises UnknownProvider."""
    model = model or settings.MODEL
    if model == BUILTIN:
        return None
    if settings.MODEL_BASE_URL:
        return SERVER
    provider = model.partition(":")[0]
    if provider not in _PROVIDERS:
        raise UnknownProvider(
            f"{provider[:40]!r} is no declared provider of language models: use {', '.join(_PROVIDERS)}, or set "
            "SECONDER_MODEL_BASE_URL."
        )
    return provider


def host_of(recipient_id: str) -> str:
    if recipient_id == SERVER:
        return urlsplit(settings.MODEL_BASE_URL or "").hostname or ""
    return _PROVIDERS[recipient_id][2]


def _has_key(provider: str, key: str) -> Callable[[], bool]:
    """Whether it can be asked. Where a server is set, that one is asked in its place."""
    return lambda: (
        not settings.MODEL_BASE_URL
        and (
            bool(os.environ.get(key))
            or bool(settings.MODEL_API_KEY and settings.MODEL.startswith(f"{provider}:"))
        )
    )


declare_recipient(
    Recipient(
        id=SERVER,
        name="The language-model server that the operator set",
        kind="AI model provider",
        module="seconder.agents.language_models",
        hosts=("*",),
        categories=SENT,
        purposes=("service.runs",),
        enabled=lambda: bool(settings.MODEL_BASE_URL),
        reaches=lambda: (host_of(SERVER),) if settings.MODEL_BASE_URL else (),
    )
)
for _id, (_name, _entity, _host, _key) in _PROVIDERS.items():
    declare_recipient(
        Recipient(
            id=_id,
            name=_name,
            kind="AI model provider",
            module="seconder.agents.language_models",
            hosts=(_host,),
            categories=SENT,
            purposes=("service.runs",),
            entity=_entity,
            countries=("US",),
            enabled=_has_key(_id, _key),
        )
    )
