"""What every page keeps to, wide by day and narrow by night: nothing that axe finds, no sideways scroll."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # says nothing of types
from playwright.sync_api import Page

# Colours differ by the scheme and layout by the width; two looks see each of both.
LOOKS = [(1280, "light"), (390, "dark")]


def look(page: Page, where: str) -> None:
    """At the page as it is, on a desk by day and on a phone by night."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        sound(page, f"{where}, {width} px, {scheme}")


def sound(page: Page, where: str) -> None:
    # What passed is counted, not told: that takes a third less.
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    faults = [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]
    assert not faults, f"{where}: {faults}"
    scrolls = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert scrolls[0] <= scrolls[1], f"{where}: scrolls sideways"
