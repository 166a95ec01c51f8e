"""The rules of the house (STYLE.md) that a machine can check: of the code as it is written."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from seconder.core import data_map, environment
from seconder.core.recipients import RECIPIENTS
from seconder.engine.jobs import JOBS
from seconder.events.catalogue import NAMES

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(
    path
    for path in (ROOT / "seconder").rglob("*.py")
    if "tests" not in path.parts and "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "seconder").rglob("templates/**/*.html"))

LONGEST = 400  # lines
LONG: dict[str, str] = {  # path: why it is longer
}

# Names in rows of the queue: a changed one strands what waits under the old one. Only ever add.
JOB_NAMES = {
    "accounts.forget_attempts",
    "accounts.forget_old",
    "accounts.invite_list",
    "accounts.send_letter",
    "notifications.forget_old",
    "notifications.hear",
    "notifications.mail",
    "privacy.erase",
    "privacy.export",
    "privacy.forget_disclosures",
    "privacy.go_on",
    "privacy.remind",
    "privacy.retain",
    "privacy.send_code",
    "privacy.tell_of_policy",
    "privacy.tell_of_recipients",
    "privacy.tell_on",
    "runs.learn",
    "runs.learn_anew",
    "runs.learn_from",
    "telemetry.forget_old",
    "telemetry.hear",
    "verification.forget_absences",
    "verification.hear_leaving",
    "verification.leave_out_late",
}

# Packages by which something could leave the machine.
OUTWARD = (
    "aiohttp",
    "anthropic",
    "anymail",
    "boto3",
    "ftplib",
    "google",
    "http.client",
    "httpcore",
    "httpx",
    "imaplib",
    "obstore",
    "openai",
    "poplib",
    "pydantic_ai.models.anthropic",
    "pydantic_ai.models.google",
    "pydantic_ai.models.openai",
    "pydantic_ai.providers",
    "requests",
    "slack_sdk",
    "smtplib",
    "stripe",
    "twilio",
    "urllib.request",
    "urllib3",
    "websockets",
)
# Modules that import one and speak to this installation only.
OWN_ADDRESS = {
    "seconder.cli.calling": "the command line calls SECONDER_URL, this installation's own API",
    "seconder.cli.sweep.person": "walks through an installation that the sweep made for it",
    "seconder.cli.door": "asks its own web process whether it answers",
}
# Modules that import one for a declared module beside them, which decides what is sent.
ON_BEHALF_OF = {
    "seconder.agents.chat_completions": "seconder.agents.language_models",
    "seconder.core.mail.provider_events": "seconder.core.mail.providers",
}


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in CODE:
        yield path, ast.parse(path.read_text(), str(path))


def imported(path: Path, tree: ast.Module) -> Iterator[str]:
    """The full names that a module imports, those inside functions included."""
    package = module(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield stem
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def tracked() -> list[Path]:
    """The files that belong to the repository; of an archive without git, all that are not made."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]
    made = {
        ".git",
        ".venv",
        "var",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
    }
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.parts)]


def test_no_file_is_longer_than_it_should_be() -> None:
    long = {
        name: count
        for path in tracked()
        if path.suffix in (".py", ".html", ".css", ".js")
        and (name := str(path.relative_to(ROOT))) not in LONG
        and (count := len(path.read_text().splitlines())) > LONGEST
    }
    assert not long, f"beyond {LONGEST} lines; split them, or write down why in LONG: {long}"


def test_nobody_imports_another_apps_pages() -> None:
    doors = re.compile(r"seconder\.(\w+)\.(views|api|urls)(\.|$)")
    faults = [
        f"{module(path)} imports {name}"
        for path, tree in trees()
        if module(path) not in ("seconder.urls", "seconder.api", "seconder.asgi", "seconder.wiring")
        for name in imported(path, tree)
        if (found := doors.match(name)) and found[1] != module(path).split(".")[1]
    ]
    assert not faults


def test_whoever_can_send_data_out_is_declared_as_a_recipient() -> None:
    senders = {
        module(path)
        for path, tree in trees()
        if any(below(name, package) for name in imported(path, tree) for package in OUTWARD)
    }
    for name in senders - set(OWN_ADDRESS):
        importlib.import_module(name)  # it may be loaded on first use only, and declares itself then
    declared = {recipient.module for recipient in RECIPIENTS.values()}
    declared |= {name for name, owner in ON_BEHALF_OF.items() if owner in declared}
    undeclared = senders - set(OWN_ADDRESS) - declared
    assert not undeclared, "declare a Recipient in the module, or send through one that is declared"


def test_each_recipient_is_declared_by_the_module_that_sends() -> None:
    known = {module(path) for path in CODE}
    for recipient in RECIPIENTS.values():
        assert recipient.module in known, recipient.id


def recorded() -> Iterator[tuple[str, str]]:
    """(where, the name of an event) for each that the code records; of an f-string, its beginning and `*`."""
    writers = {"record", "prepare", "note"}
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in writers:
                    yield from ((f"{module(path)}:{node.lineno}", word) for word in words(node.args[0]))


def words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from words(node.body)
        yield from words(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value) + "*"


def test_every_event_that_is_recorded_is_in_the_catalogue() -> None:
    unknown = [
        f"{where} records {name}"
        for where, name in recorded()
        if (
            not any(known.startswith(name[:-1]) for known in NAMES)
            if name.endswith("*")
            else name not in NAMES
        )
    ]
    assert not unknown


def test_every_event_in_the_catalogue_is_recorded_somewhere() -> None:
    names = [name for _, name in recorded()]
    dead = {
        known
        for known in NAMES
        if not any(known.startswith(name[:-1]) if name.endswith("*") else known == name for name in names)
    }
    assert not dead


def test_every_setting_in_the_code_is_in_the_table() -> None:
    known = {environment.PREFIX + variable.name for variable in environment.VARIABLES}
    known |= {name + environment.FILE for name in known}
    faults = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in [*CODE, *(ROOT / "bin").iterdir(), *ROOT.glob("deploy/*"), *ROOT.glob("docs/**/*.md")]
        if path.is_file()
        for name in re.findall(r"\bSECONDER_[A-Z_]*[A-Z]\b", path.read_text())
        if name not in known
    ]
    assert not faults


def test_the_names_of_jobs_only_grow() -> None:
    assert set(JOBS) == JOB_NAMES, "a new job is added to JOB_NAMES; an old one keeps its name"


def test_every_column_is_declared() -> None:
    assert not data_map.undeclared_columns()


@pytest.mark.django_db
def test_the_data_map_holds_every_column_that_the_database_has() -> None:
    assert not data_map.undeclared_in_database()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "seconder")))
def test_no_template_holds_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "scripts are files"
    assert not re.search(r"<style\b|\sstyle=", text), "styles are files"
    assert not re.search(r"\s(on[a-z]+|hx-on[:\w-]*)=", text), "behaviour is bound in a script file"
    assert "javascript:" not in text


def test_no_file_names_a_place_of_one_machine() -> None:
    # Put together here so that this file passes its own rule.
    places = re.compile("(?<![\\w.])/(" + "|".join(["ro" + "ot", "ho" + "me"]) + ")/\\w")
    faults = [
        f"{path.relative_to(ROOT)}: {found[0]}…"
        for path in tracked()
        if (found := places.search(path.read_bytes().decode(errors="replace")))
    ]
    assert not faults


def test_no_file_names_where_packages_come_from() -> None:
    hosts = re.compile("|".join(["pythonhost" + "ed", r"pypi\." + "org", "npm" + "js", "arti" + "factory"]))
    named = [path for path in tracked() if hosts.search(path.read_bytes().decode(errors="replace"))]
    assert not named


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_has_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    for package in re.findall(r"^[a-z0-9][^\s=]*==[^\\]*\\?$", text, re.MULTILINE):
        assert package.endswith("\\"), f"{package} has no hash"
