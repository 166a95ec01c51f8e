"""What is like an action: argument by argument exactly the same, an address of one domain, an amount up to so much, or
anything. What is not named is exactly the same, and an argument that was not there is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from seconder.core.amounts import amount
from seconder.core.json import JSON, Object, canonical
from seconder.core.refusals import Invalid
from seconder.core.visible import visible
from seconder.ui import words

Pattern = Mapping[str, Mapping[str, JSON]]
_ADDRESS = re.compile(r"[^@\s,;:<>()\"'\\\[\]]+(@[^@\s,;:<>()\"'\\\[\]]+)")
_DOMAIN = re.compile(r"@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)


def pattern(arguments: Object, like: Object) -> dict[str, dict[str, JSON]]:
    """The whole pattern, of what is said about some arguments. Raises Invalid, naming the argument."""
    made = {name: {"equals": value} for name, value in arguments.items()}
    for name, said in like.items():
        if name not in arguments:
            raise Invalid(f"{name[:100]} is no argument of this action.", path=f"allowance.like.{name[:100]}")
        made[name] = _rule(name, said)
        if not _is_like(arguments[name], made[name]):
            raise Invalid(f"{name}: what you approve is not like that itself.", path=f"allowance.like.{name}")
    if all("any" in rule for rule in made.values()):
        raise Invalid("That would allow anything. Narrow one argument at least.", path="allowance.like")
    return made


def _rule(name: str, said: JSON) -> dict[str, JSON]:
    if isinstance(said, dict) and len(said) == 1:
        [(word, value)] = said.items()
        if word == "equals" or (word == "any" and value is True):
            return {word: value}
        if word == "ends_with" and isinstance(value, str) and _DOMAIN.fullmatch(value.lower()):
            return {word: value.lower()}
        if word == "at_most" and amount(value) is not None:
            return {word: value}
    raise Invalid(
        f'{name}: say {{"equals": …}}, {{"ends_with": "@example.com"}}, {{"at_most": 100}} or {{"any": true}}.',
        path=f"allowance.like.{name}",
    )


def is_like(arguments: JSON, like: Pattern) -> bool:
    return (
        isinstance(arguments, dict)
        and arguments.keys() == like.keys()
        and all(_is_like(arguments[name], rule) for name, rule in like.items())
    )


def _is_like(value: JSON, rule: Mapping[str, JSON]) -> bool:
    if "equals" in rule:
        return canonical(value) == canonical(rule["equals"])
    if "ends_with" in rule:
        each = value if isinstance(value, list) else [value]
        return bool(each) and all(domain_of(one) == rule["ends_with"] for one in each)
    if "at_most" in rule:
        most, given = amount(rule["at_most"]), amount(value)
        return most is not None and given is not None and given <= most
    return rule.get("any") is True


def domain_of(value: JSON) -> str:
    """`@example.com` of an address that stands alone; "" for whatever else ends like one."""
    found = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    return found[1].lower() if found and _DOMAIN.fullmatch(found[1].lower()) else ""


def in_words(like: Pattern) -> list[dict[str, str]]:
    """Rows of label and text."""
    return [{"label": visible(words.label(name)), "text": _said(rule)} for name, rule in like.items()]


def _said(rule: Mapping[str, JSON]) -> str:
    if "equals" in rule:
        value = rule["equals"]
        return f"exactly “{visible(value if isinstance(value, str) else canonical(value).decode())}”"
    if "ends_with" in rule:
        return f"addresses that end with {rule['ends_with']}"
    if "at_most" in rule:
        return f"at most {rule['at_most']}"
    return "anything"
