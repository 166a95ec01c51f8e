"""Finding anything that one may go to, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from seconder.accounts.models import Membership, Person
from seconder.runs.finding import PEOPLE
from seconder.runs.models import Run
from seconder.runs.tests.conftest import Stage
from seconder.runs.tests.test_page_run import AGENT, SMALL, client, orders, shown

__all__ = ["orders"]
LARGE = SMALL.replace("$120.00", "$12,480.00").replace("Acme", "Zürich Möbel <b>AG</b>")
Find = Callable[[str, str], list[tuple[str, str]]]


@pytest.fixture
def find(orders: Stage) -> Find:
    """(who, text) → what is found: address and label."""

    def look(who: str, text: str) -> list[tuple[str, str]]:
        page = client(orders, who).get("/demo/search/", {"text": text}).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        return re.findall(r'<div class="name"><a href="([^"]+)">([^<]*)</a>', main)

    return look


def start(stage: Stage, text: str = SMALL) -> str:
    """The address of the run."""
    answered = client(stage, "dana").post(f"{AGENT}runs/", {"text": text})
    stage.work()
    return str(answered["Location"])


def test_places_agents_people_and_runs_are_found_by_their_names(orders: Stage, find: Find) -> None:
    run = start(orders)
    assert find("dana", "inb") == [("/demo/reviews/", "Inbox")]
    assert find("dana", "ORDER proc")[0] == (AGENT, "Purchase order processor")
    assert find("dana", "po-7 acme") == [(run, "Acme · PO-7 · $120.00")]
    assert [label for _, label in find("dana", "fin")] == ["Finance"]
    assert find("dana", "acme nobody") == []


def test_case_accents_and_commas_make_no_difference(orders: Stage, find: Find) -> None:
    run = start(orders, LARGE)
    for text in ("zurich mobel", "ZÜRICH", "möbel 12480", "12,480"):
        assert run in [url for url, _ in find("dana", text)], text


def test_people_are_found_by_what_is_said_whatever_the_accents(orders: Stage, find: Find) -> None:
    for name, called in (("jose", "José Muñoz"), ("strauss", "Anna Strauß")):
        person = orders.cast.add(name, "member")
        Person.objects.filter(pk=person.pk).update(name=called, email=f"{person.pk}@example.com")
    for text in ("jose", "José", "JOSE munoz", "muñoz"):
        assert [label for _, label in find("dana", text)] == ["José Muñoz"], text
    for text in ("strauss", "Strauß", "anna STRAUSS"):
        assert [label for _, label in find("dana", text)] == ["Anna Strauß"], text


def test_among_more_people_than_are_read_a_word_finds_as_it_is_typed(orders: Stage, find: Find) -> None:
    last = orders.cast.add("last", "member")
    Person.objects.filter(pk=last.pk).update(name="Zoë")
    crowd = Person.objects.bulk_create(
        Person(email=f"{number}@example.org", name=f"Aaron {number}") for number in range(PEOPLE)
    )
    with scopes_disabled():
        Membership.objects.bulk_create(
            Membership(organization=orders.cast.demo, person=one, role="member") for one in crowd
        )
    assert [label for _, label in find("dana", "Zoë")] == ["Zoë"]


def test_only_what_one_may_see_is_found(orders: Stage, find: Find) -> None:
    run = start(orders, LARGE)
    [review] = orders.reviews(Run.objects.model(pk=run.split("/")[-2]))
    there = f"/demo/reviews/{review.pk}/"
    assert [url for url, _ in find("bob", "order this")] == [there]
    assert [url for url, _ in find("bob", "zurich 12480")] == [there]  # by what the card shows
    assert [url for url, _ in find("dana", "zurich")] == [there, run]
    orders.cast.add("gus", "guest")
    orders.cast.add("vic", "viewer")
    for who in ("gus", "vic"):
        assert find(who, "zurich") == find(who, "order this") == []
        assert find(who, run.split("/")[-2]) == find(who, str(review.pk)) == []
    assert find("gus", "purchase") == find("gus", "inbox") == find("gus", "dana") == []
    assert client(orders, "charlie").get("/demo/search/", {"text": "zurich"}).status_code == 404


def test_an_id_leads_to_its_thing_however_old_that_is(orders: Stage, find: Find) -> None:
    run = start(orders)
    assert [url for url, _ in find("dana", f" {run.split('/')[-2].upper()} ")] == [run]


def test_without_anything_to_look_for_there_are_the_places(find: Find) -> None:
    assert [label for _, label in find("dana", "  ")][:3] == ["Inbox", "Agents", "Runs"]


def test_the_palette_gets_its_options_alone(orders: Stage) -> None:
    start(orders, LARGE)
    said = shown(client(orders, "dana"), "/demo/search/?text=zurich", **{"HX-Request": "true"})
    assert "<html" not in said
    assert len(re.findall(r'<a role="option" id="palette-\d-\d" href="/demo/', said)) == 2
    assert "2 found. Agents and people by name; the latest 200 runs and 100 reviews that you may see" in said
    client(orders, "dana").post(f"{AGENT}runs/", {"text": LARGE})  # nobody has read it yet
    said = shown(client(orders, "dana"), "/demo/search/?text=zurich", **{"HX-Request": "true"})
    assert "&lt;b&gt;AG&lt;/b&gt;" in said
    nothing = shown(client(orders, "dana"), "/demo/search/?text=zzz", **{"HX-Request": "true"})
    assert "Nothing found" in nothing


@pytest.mark.parametrize("text", ["\x00", "a" * 10_000, "%", "'; --", "🙂", "(", "a\x00b"])
def test_whatever_is_looked_for_is_answered(orders: Stage, text: str) -> None:
    assert client(orders, "dana").get("/demo/search/", {"text": text}).status_code == 200


def test_more_of_everything_costs_no_more_statements(orders: Stage) -> None:
    dana = client(orders, "dana")

    def count() -> int:
        dana.get("/demo/search/?text=acme")
        with CaptureQueriesContext(connection) as asked:
            assert dana.get("/demo/search/?text=acme").status_code == 200
        return len(asked)

    start(orders, SMALL.replace("$120.00", "$12,000.00"))
    one = count()
    for _ in range(6):
        start(orders, SMALL.replace("$120.00", "$12,000.00"))
    assert count() == one
