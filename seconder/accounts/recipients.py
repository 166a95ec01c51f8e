"""Loaded at start: identity providers are declared in every process, also in those where nobody signs in."""

from seconder.accounts.identity import providers

__all__ = ["providers"]
