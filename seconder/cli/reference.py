from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from seconder.cli.terminal import noun

app = noun("Print the reference pages that are made from the code.")
POLICY = Path(__file__).resolve().parents[2] / "docs" / "reference" / "policy.json"
Summary = Annotated[str, typer.Option(help="What is new, in a line.")]

_EVENTS = """# Events

What Seconder records. A name is `noun.verbed`; what each means stands in the `events.py` of the app that
records it. Every record says when, who (a person, a service, or Seconder itself), through which channel and
how strongly they were signed in, which thing it is about and in which run it happened; `facts` hold ids,
hashes and plain values, never content. Records are chained and sealed
([why and how](../decisions/0003-events-unchained-then-sealed.md)); `GET /api/v1/audit` reads them,
`seconder audit export` and `verify` take them away and check them.

| event | means |
| --- | --- |
{rows}

This page is printed by `seconder reference events`.
"""
_COMMANDS = """# Command line

`bin/seconder` from a checkout, `seconder` where it is installed: noun, then verb. Exit code 0: done; 1: refused
or failed, with one line on stderr that says what to do next; 2: wrong usage. Commands that print data take
`--json`. `agents`, `runs` and `reviews` speak to the server at `SECONDER_URL` with the key in `SECONDER_API_KEY`;
everything else works on this installation itself ([settings](settings.md)).

{commands}

This page is printed by `seconder reference cli`.
"""
_HIDDEN = {"reference"}


@app.command()
def events() -> None:
    """Print docs/reference/events.md."""
    print(events_page(), end="")


@app.command("cli")
def command_line() -> None:
    """Print docs/reference/cli.md."""
    print(commands_page(), end="")


@app.command()
def permissions() -> None:
    """Print docs/reference/permissions.md."""
    print(permissions_page(), end="")


@app.command()
def policy(summary: Summary) -> None:
    """Print docs/reference/policy.json, with a line for what has changed in what is declared about people's data."""
    print(policy_page(summary), end="")


def policy_page(summary: str) -> str:
    import django

    django.setup()
    from seconder.core.clock import now
    from seconder.privacy.policy.snapshot import following

    kept = json.loads(POLICY.read_text()) if POLICY.exists() else None
    return following(kept, summary, now().date())


def permissions_page() -> str:
    import django

    django.setup()
    from seconder.cli.permissions import page

    return page()


def events_page() -> str:
    import django

    django.setup()
    from seconder.events.catalogue import NAMES

    return _EVENTS.format(rows="\n".join(f"| `{name}` | {NAMES[name]}. |" for name in sorted(NAMES)))


def commands_page() -> str:
    from seconder.cli import COMMANDS

    return _COMMANDS.format(commands="\n\n".join(_noun(name) for name in COMMANDS if name not in _HIDDEN))


def app_of(name: str) -> typer.Typer:
    """The commands of one noun."""
    from seconder.cli import COMMANDS

    made: typer.Typer = importlib.import_module(f"seconder.cli.{COMMANDS[name][0]}").app
    return made


def _noun(name: str) -> str:
    command = typer.main.get_command(app_of(name))
    if isinstance(command, TyperGroup):
        verbs = [_command(f"{name} {verb}", one) for verb, one in sorted(command.commands.items())]
        return "\n\n".join([f"## {name}\n\n{command.help}", *verbs])
    return f"## {name}\n\n{_usage(name, command)}"


# Any: a command of Typer's, the base class of which it keeps to itself
def _command(words: str, command: Any) -> str:
    return f"### {words}\n\n{_usage(words, command)}"


def _usage(words: str, command: Any) -> str:  # Any: as above
    said = " ".join((command.help or "").split())
    rows = [row for one in command.params for row in _parameter(one)]
    table = "\n".join(["", "", "| | |", "| --- | --- |", *rows]) if rows else ""
    return f"{said}\n\n    seconder {' '.join([words, *_words(command)])}{table}"


def _words(command: Any) -> Iterator[str]:  # Any: as above
    for one in command.params:
        if isinstance(one, TyperArgument):
            name = (one.metavar or (one.name or "").upper()).strip("[]{}")
            yield name if one.required else f"[{name}]"
        elif isinstance(one, TyperOption) and one.required and not one.hidden:
            yield f"{one.opts[0]} {_value(one)}"


def _parameter(one: object) -> Iterator[str]:
    if isinstance(one, TyperOption) and not one.hidden and one.name != "help":
        value = "" if one.is_flag else f" {_value(one)}"
        names = ", ".join(f"`{name}{value}`" for name in one.opts)
        yield f"| {names} | {one.help}{' Needed.' if one.required else ''} |"


def _value(option: TyperOption) -> str:
    return (option.metavar or (option.name or "").upper()).replace("|", "\\|")
