"""Colours that can be read, and no colour, size or token that is not on the list."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "static" / "ui"
SHEETS = sorted(STATIC.glob("*.css"))
LIGHT, DARK = re.split(r"@media \(prefers-color-scheme: dark\)", (STATIC / "tokens.css").read_text())
SURFACES = ("ground", "paper", "wash")
READ = [
    *((ink, surface) for ink in ("ink", "soft", "accent", "red") for surface in SURFACES),
    *((tone, f"{tone}-wash") for tone in ("amber", "green", "red", "blue", "grey")),
    *((tone, "paper") for tone in ("amber", "green", "red", "blue", "grey")),
    *(("ink", f"{tone}-wash") for tone in ("amber", "green", "red", "blue", "grey", "accent")),
    *(("soft", f"{tone}-wash") for tone in ("amber", "grey", "accent")),
    ("accent", "accent-wash"),
    ("accent", "amber-wash"),
    ("on-fill", "fill"),
    ("on-fill", "fill-over"),
    ("ink", "marked"),
]
SEEN = [("edge", "paper"), ("edge", "ground"), ("accent", "paper"), ("fill", "paper")]


def colours(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", sheet))


THEMES = {"light": colours(LIGHT), "dark": colours(DARK)}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "surface"), READ)
def test_text_can_be_read(theme: str, ink: str, surface: str) -> None:
    assert contrast(THEMES[theme][ink], THEMES[theme][surface]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "surface"), SEEN)
def test_edges_of_controls_can_be_seen(theme: str, edge: str, surface: str) -> None:
    assert contrast(THEMES[theme][edge], THEMES[theme][surface]) >= 3


def test_both_themes_define_the_same_colours() -> None:
    assert THEMES["light"].keys() == THEMES["dark"].keys()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_token_used_is_defined(sheet: Path) -> None:
    defined = set(re.findall(r"(--[\w-]+):", "".join(each.read_text() for each in SHEETS)))
    assert set(re.findall(r"var\((--[\w-]+)", sheet.read_text())) <= defined


@pytest.mark.parametrize("sheet", [each for each in SHEETS if each.name not in ("tokens.css", "print.css")])
def test_no_colour_outside_the_tokens(sheet: Path) -> None:
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", sheet.read_text())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_four_sizes_of_text(sheet: Path) -> None:
    """Beside the four: 1rem in controls, below which a phone zooms in; the two letters inside an avatar; and
    the picture's own units."""
    sizes = set(re.findall(r"font-size: ([^;]+);", sheet.read_text()))
    four = {"var(--small)", "var(--text)", "var(--large)", "var(--title)"}
    assert sizes <= four | {"1rem", "0.625rem", "15px", "13px"}
