"""Where personal data comes in is declared: each address that takes something stands on a surface."""

from __future__ import annotations

import pytest

from seconder.cli.addresses import Address, addresses
from seconder.core.owners import data
from seconder.core.surfaces import SURFACES, declare_surface, surfaces_of

TAKES = {"POST", "PUT", "PATCH"}
# What answers with nothing, whatever is sent there.
NOTHING = {"/api/": "says that there is no such call"}
# Given by no form: where it comes from.
COMES_OTHERWISE: dict[str, str] = {}


def taking() -> list[Address]:
    return [each for each in addresses() if each.methods is None or TAKES & set(each.methods)]


@pytest.mark.invariant("A01")
@pytest.mark.clause("P-01")
def test_each_address_that_takes_something_is_on_a_surface() -> None:
    bare = sorted({each.route for each in taking() if not [*surfaces_of(each.route)]} - set(NOTHING))
    assert bare == [], "declare it in the app's surfaces.py, with the kinds of data that are given there"


def test_each_surface_has_an_address() -> None:
    routes = {each.route for each in addresses()}
    reached = {surface.id for route in routes for surface in surfaces_of(route)}
    assert set(SURFACES) - reached == set()
    assert all(surface.notice for surface in SURFACES.values())


def test_what_people_give_is_given_somewhere() -> None:
    collected = {category for surface in SURFACES.values() for category in surface.collects}
    given = {datum.category for _, _, datum in data() if datum.source == "provided"}
    assert given - collected - set(COMES_OTHERWISE) == set()
    held = {datum.category for _, _, datum in data()}
    assert collected - held == set(), "nothing of the kind is kept"


def test_a_surface_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare_surface("sign-up", "Again")
