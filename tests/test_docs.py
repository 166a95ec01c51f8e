"""The documents are part of the product: their links lead somewhere, their commands exist, their agents publish."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from seconder.agents.file.agent_file import AgentFile
from seconder.agents.publishing import checked
from seconder.cli import COMMANDS, reference
from seconder.testing import Cast

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(document: Path) -> set[str]:
    """The anchors of its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in _LINK.findall(_BLOCK.sub("", document.read_text())):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.exists(), f"{name(document)} links to {target}"
        assert not anchor or anchor in anchors(found), f"{name(document)} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_files_that_are_named_exist(document: Path) -> None:
    for words in re.findall(r"`([^`\n]+)`", document.read_text()):
        path = words.partition(" ")[0]
        if re.fullmatch(r"[a-z_]+(/[\w.-]+)*/([\w-]+\.(py|md|yaml|json|ini|lock|eml))?", path):
            places = [ROOT / path, ROOT / "seconder" / path, document.parent / path]
            made = path.startswith(("var/", "results/", "templates/"))  # made later, or in each app
            assert made or any(place.exists() for place in places), f"{name(document)} names {path}"
        if re.fullmatch(r"seconder(\.[a-z_]+)+(\.[A-Z]\w+)?", path):
            module = re.sub(r"\.[A-Z]\w+$", "", path)
            try:
                found = importlib.util.find_spec(module) or importlib.util.find_spec(
                    module.rpartition(".")[0]
                )
            except ModuleNotFoundError:
                parent = importlib.import_module(module.rpartition(".")[0])
                found = getattr(parent, module.rpartition(".")[2], None)
            assert found, f"{name(document)} names {path}"


def test_every_document_is_linked_from_another() -> None:
    linked = {
        (document.parent / target.partition("#")[0]).resolve()
        for document in DOCUMENTS
        for target in _LINK.findall(document.read_text())
        if "://" not in target
    }
    lost = [
        name(document) for document in DOCUMENTS if document not in linked and document.name != "README.md"
    ]
    assert not lost


def commands(document: Path) -> Iterator[list[str]]:
    """The words of each `seconder …` in the shell blocks of a document, and in its running text between backticks."""
    text = document.read_text()
    blocks = [body.replace("\\\n", " ") for kind, body in _BLOCK.findall(text) if kind in ("sh", "")]
    inline = re.findall(r"`([^`\n]+)`", _BLOCK.sub("", text))
    for line in [line for block in blocks for line in block.splitlines()] + inline:
        for found in re.finditer(r"(?:^|[\s(/])seconder ((?!=)[a-z].*)$", line):
            try:
                words = shlex.split(found[1].split("#")[0].split("|")[0], comments=True)
            except ValueError:
                words = found[1].split()
            yield [word.rstrip(");,") for word in words]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_commands_that_are_named_exist(document: Path) -> None:
    for words in commands(document):
        if words[0] not in COMMANDS:
            assert words[0].isupper() or len(words[0]) < 2, f"{name(document)}: seconder {' '.join(words)}"
            continue
        command = typer.main.get_command(reference.app_of(words[0]))
        if isinstance(command, TyperGroup) and len(words) > 1 and words[1].isidentifier() | ("-" in words[1]):
            assert words[1] in command.commands, f"{name(document)}: seconder {' '.join(words)}"
            command = command.commands[words[1]]
        options = {option for one in command.params for option in one.opts} | {"--help"}
        for word in words[1:]:
            given = word.partition("=")[0]
            assert not given.startswith("-") or given in options, f"{name(document)}: {' '.join(words)}"


def agent_files() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for number, (kind, body) in enumerate(_BLOCK.findall(document.read_text())):
            if kind == "yaml" and re.search(r"^kind: agent$", body, re.MULTILINE):
                yield f"{name(document)} block {number}", body


@pytest.mark.django_db
@pytest.mark.parametrize(("where", "body"), list(agent_files()), ids=lambda part: part.split("\n")[0])
def test_agents_in_documents_can_be_published(where: str, body: str, cast: Cast) -> None:
    file = checked(cast.actor("dana"), body.encode())
    assert isinstance(file, AgentFile), where


@pytest.mark.django_db
@pytest.mark.parametrize("file", sorted((ROOT / "examples").glob("*.yaml")), ids=name)
def test_the_examples_can_be_published(file: Path, cast: Cast) -> None:
    assert not checked(cast.actor("dana"), file.read_bytes()).warnings


@pytest.mark.parametrize(
    ("page", "made"),
    [
        ("events.md", reference.events_page),
        ("cli.md", reference.commands_page),
        ("permissions.md", reference.permissions_page),
    ],
)
def test_pages_made_from_code_are_current(page: str, made: object) -> None:
    assert callable(made)
    kept = (ROOT / "docs" / "reference" / page).read_text()
    word = page.removesuffix(".md")
    assert kept == made(), f"print it anew: bin/seconder reference {word} > docs/reference/{page}"
