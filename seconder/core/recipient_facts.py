"""What an operator says of those who receive data (`SECONDER_RECIPIENTS`): read and checked here.

{"mail-server": {"entity": "Example Mail GmbH", "countries": ["DE"], "agreement": "DPA of 3 March 2026"},
 "openai": {"transfer": "EU-US Data Privacy Framework", "fallback": "standard contractual clauses, module 2"},
 "agent-addresses": {"countries_of_hosts": {"api.example.com": ["DE"]}}}
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date

ROLES = ("processor", "controller", "joint", "third party")
LONGEST = 300  # characters of a text
_COUNTRY = re.compile(r"[A-Z]{2}")
_HOST = re.compile(r"[a-z0-9.:-]{1,253}")
Facts = Mapping[str, object]


def read(text: str | None) -> dict[str, dict[str, object]]:
    """What was given and has been checked before, by the id of the recipient."""
    return {name: _typed(facts) for name, facts in json.loads(text).items()} if text else {}


def _typed(facts: dict[str, object]) -> dict[str, object]:
    return {name: _READ[name][1](value) for name, value in facts.items()}


def complaint(text: str) -> str | None:
    try:
        said = json.loads(text)
    except json.JSONDecodeError as fault:
        return f"is not JSON: {fault.msg} in line {fault.lineno}"
    if not isinstance(said, dict) or not all(isinstance(facts, dict) for facts in said.values()):
        return "must be a JSON object that holds an object for each recipient"
    for name, facts in said.items():
        for key, value in facts.items():
            if key not in _READ:
                return f"has an unknown field {key[:40]!r} for {name[:40]!r}; there are {', '.join(_READ)}"
            if not _READ[key][0](value):
                return f"has a {key!r} for {name[:40]!r} that cannot be one"
    return None


def country(value: str) -> str | None:
    """The complaint about a country's code, if it is none."""
    return None if _COUNTRY.fullmatch(value) else "must be the two capital letters of a country, like DE"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def _are_countries(value: object) -> bool:
    return bool(value) and isinstance(value, list) and all(_is_country(one) for one in value)


def _is_country(value: object) -> bool:
    return isinstance(value, str) and country(value) is None


def _are_hosts(value: object) -> bool:
    return isinstance(value, dict) and all(
        _HOST.fullmatch(host) and _are_countries(countries) for host, countries in value.items()
    )


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _text(value: object) -> str:
    return str(value)


def _countries(value: object) -> tuple[str, ...]:
    return tuple(sorted(map(str, value))) if isinstance(value, list) else ()


def _hosts(value: object) -> dict[str, tuple[str, ...]]:
    return {host: _countries(given) for host, given in value.items()} if isinstance(value, dict) else {}


def _day(value: object) -> date:
    return date.fromisoformat(str(value))


_READ: dict[str, tuple[Callable[[object], bool], Callable[[object], object]]] = {
    "entity": (_is_text, _text),
    "role": (lambda value: value in ROLES, _text),
    "countries": (_are_countries, _countries),
    "transfer": (_is_text, _text),
    "fallback": (_is_text, _text),
    "agreement": (_is_text, _text),
    "since": (_is_day, _day),
    "countries_of_hosts": (_are_hosts, _hosts),
}
