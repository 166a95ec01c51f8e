"""Transfers: whoever receives data in another country does so under a mechanism, with a fallback where that one falls.

Whether one is abroad follows from where the installation stands (SECONDER_COUNTRY). Where that is said, what is missing
stops the start; where it is not, `doctor` asks for it as soon as data leaves at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from seconder.core import regions
from seconder.core.recipients import AFFILIATE, CHOSEN, RECIPIENTS, Recipient


def register() -> None:
    checks.register(undescribed, "personal_data")


def abroad() -> list[Recipient]:
    """Those that are switched on and not on this machine, by id. Where an agent's author sends data is for the
    organization to say: its agreement holds that to a region, if it does."""
    found = (one for _, one in sorted(RECIPIENTS.items()) if one.kind != CHOSEN)
    return [one for one in found if one.enabled() and not one.is_local]


def faults() -> list[str]:
    """One sentence for each thing that is not said of a recipient and has to be."""
    unknown = sorted(set(settings.RECIPIENTS) - set(RECIPIENTS))
    said = [
        f"SECONDER_RECIPIENTS speaks of {name!r}, which is no recipient; `seconder recipients list` has their ids."
        for name in unknown
    ]
    return said + [fault for one in abroad() for fault in _missing(one)]


def _missing(one: Recipient) -> Iterator[str]:
    if one.kind == AFFILIATE and not one.agreement:
        yield f"{one.name} ({one.id}) is an affiliate without an agreement: say 'agreement' in SECONDER_RECIPIENTS."
    if not settings.COUNTRY:
        return
    if not one.countries:
        yield f"Nobody says in which countries {one.name} ({one.id}) has data: say it in SECONDER_RECIPIENTS."
    places = regions.abroad(one.countries, settings.COUNTRY)
    for name, word in (("transfer", "a mechanism of transfer"), ("fallback", "a fallback of the mechanism")):
        if places and not getattr(one, name):
            yield (
                f"{one.name} ({one.id}) is in {', '.join(places)}, abroad, and has not {word}: say {name!r} in "
                "SECONDER_RECIPIENTS."
            )


def undescribed(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001  Django's check signature
    **_: Any,  # Any: Django's check signature
) -> list[checks.CheckMessage]:
    return [checks.Error(fault, id="seconder.E020") for fault in faults()]
