"""What holds for every template and script of every app."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

SECONDER = Path(__file__).parents[2]
TEMPLATES = sorted(SECONDER.glob("*/templates/**/*.html"))
SCRIPTS = sorted((SECONDER / "ui" / "static" / "ui").glob("*.js"))
FRAGMENTS = ("components", "parts")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_inline_style_and_no_inline_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|javascript:", text)
    assert not re.search(r"\s(?:on[a-z]+|hx-on[\w:-]*)=", text)
    assert not re.search(r"hx-(?:vals|headers)=[\"']js:", text), "would need eval"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_compiles(path: Path) -> None:
    parts = path.parts
    get_template("/".join(parts[parts.index("templates") + 1 :]))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_marked_safe(path: Path) -> None:
    assert not re.search(r"\|safe\b|autoescape off", path.read_text())


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_need_no_eval_and_write_no_html(path: Path) -> None:
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML =|\.style\b", path.read_text())
