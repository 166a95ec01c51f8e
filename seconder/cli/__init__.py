"""The command line: noun, then verb. Each noun is a module beside this one, imported when it is called.

A module has `app`, made by `terminal.program()`; adding a line to COMMANDS is all that a new noun needs.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys

from seconder import __version__
from seconder.core import sockets

PROGRAM = "seconder"
# Noun: its module in this package, and its line in the help.
COMMANDS = {
    "up": ("up", "start everything: database, migrations, web and worker"),
    "web": ("web", "run the web process alone"),
    "worker": ("worker", "run the worker process alone"),
    "migrate": ("migrate", "bring the database's tables up to this version"),
    "demo": ("demo", "run the main job once, here in the terminal"),
    "agents": ("agents", "publish agents from files and look at them"),
    "runs": ("runs", "start runs, follow them, end or repeat them"),
    "reviews": ("reviews", "look at what waits for a decision, and decide"),
    "allowances": ("allowances", "look at what is allowed for a while, and take it back"),
    "audit": ("audit", "export the record of what happened, and verify it"),
    "doctor": ("doctor", "check this installation and say what is wrong"),
    "backup": ("backup", "write the database to one file"),
    "restore": ("restore", "read the database back from such a file"),
    "reference": ("reference", "print the reference pages of events, permissions and this command line"),
    "settings": ("settings_page", "print the table of settings"),
    "organizations": ("organizations", "make organizations"),
    "people": ("people", "make and list people, and sign-in links for them"),
    "recipients": ("recipients", "see who may receive data, and stop or resume one"),
    "invitations": ("invitations", "invite people by mail, one or many from a list"),
    "keys": ("keys", "make, list and revoke API keys"),
    "aggregates": ("aggregates", "take in sums that other providers counted"),
    "geo": ("geo", "take a data set that tells the country of a network"),
    "privacy": ("privacy", "answer what people ask about their data"),
}


def main() -> None:
    """Runs one command and exits: 0 done, 1 refused or failed, 2 wrong usage."""
    sockets.install()
    words = sys.argv[1:]
    noun = words[0] if words else "--help"
    if noun in ("--help", "-h", "help"):
        print(overview())
        sys.exit(0 if words else 2)
    if noun == "--version":
        print(__version__)
        sys.exit(0)
    if noun not in COMMANDS:
        near = difflib.get_close_matches(noun, COMMANDS, 1)
        meant = f"did you mean {near[0]}?" if near else f"`{PROGRAM} --help` lists what there is."
        print(f"{PROGRAM}: there is no command {noun!r}; {meant}", file=sys.stderr)
        sys.exit(2)
    sys.exit(run(noun, words[1:]))


def run(noun: str, words: list[str]) -> int:
    """The exit code of `seconder noun words…`; what went wrong is one line on stderr."""
    from seconder.cli.terminal import complaint, safe

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seconder.settings")
    try:
        app = importlib.import_module(f"{__name__}.{COMMANDS[noun][0]}").app
        return app(args=words, prog_name=f"{PROGRAM} {noun}", standalone_mode=False) or 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has enough; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as failure:
        code, said = complaint(failure)
        if not said:
            raise
        print(f"{PROGRAM}: {safe(said)}", file=sys.stderr)
        return code


def overview() -> str:
    """What `--help` prints: one line for each noun."""
    width = max(len(noun) for noun in COMMANDS)
    lines = [f"  {noun:<{width}}  {line}" for noun, (_, line) in COMMANDS.items()]
    return "\n".join(
        [
            f"usage: {PROGRAM} COMMAND …",
            "",
            *lines,
            "",
            f"`{PROGRAM} COMMAND --help` says more; `{PROGRAM} settings` lists the environment's variables.",
        ]
    )
