"""The inbox: its tabs, what it is narrowed down to, what is put aside, and how it stands up to very many."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_scopes import scopes_disabled

from seconder.core.clock import now
from seconder.testing import enter
from seconder.verification import snoozing, timers
from seconder.verification.models import Review, Snooze
from seconder.verification.tests.conftest import Desk
from seconder.verification.tests.many import ANALYZE, REVIEWS, SEATS

pytestmark = pytest.mark.django_db
QUERIES = 14  # of the whole page, the frame's included
INBOX = "/demo/reviews/"


def asked(client: Client, query: str = "") -> list[str]:
    """The questions that the inbox shows, in their order."""
    answer = client.get(f"{INBOX}{query}")
    assert answer.status_code == 200
    return re.findall(r">(\w[^<>]*\?)</a>", answer.content.decode())


def counts(client: Client) -> dict[str, str]:
    found = re.findall(r'([\w ]+) <span class="count">([^<]*)</span></a>', client.get(INBOX).content.decode())
    return {label.strip(): count for label, count in found}


def test_mine_my_teams_and_all_each_by_what_one_may_see(desk: Desk) -> None:
    desk.ask("bob", question="Bob?")
    desk.ask("finance", question="Colleague?")
    desk.ask("cfo", question="Legal?")
    bob, alice = (enter(Client(), desk.cast.people[who]) for who in ("bob", "alice"))
    assert asked(bob) == ["Bob?"]
    assert asked(bob, "?tab=teams") == ["Bob?"], "what is asked of a colleague alone stays theirs to see"
    assert asked(bob, "?tab=all") == ["Bob?"]
    assert asked(alice) == []
    assert set(asked(alice, "?tab=all")) == {"Bob?", "Colleague?", "Legal?"}
    assert asked(alice, "?tab=teams") == ["Legal?"], "Alice shares the team legal with the CFO"
    assert counts(alice) == {"Waiting for you": "0", "Your teams": "1", "All open": "3", "Put aside": "0"}


def test_who_decides_nothing_is_offered_no_tab_for_it(desk: Desk) -> None:
    viewer = enter(Client(), desk.cast.add("vera", "viewer"))
    assert "Waiting for you" not in counts(viewer)
    assert viewer.get(f"{INBOX}?tab=mine").status_code == 200


def test_it_is_narrowed_down_by_agent_risk_due_and_requester(desk: Desk) -> None:
    desk.ask("bob", question="Plain?", due=timedelta(days=3))
    desk.ask("bob", question="Urgent?", due=timedelta(minutes=30))
    desk.ask("bob", question="Risky?", risk="high", due=timedelta(days=30))
    desk.ask("bob", question="Other?", agent="other", due=timedelta(days=30))
    desk.ask("bob", question="Alice?", requester_id=desk.cast.alice.pk, due=timedelta(days=30))
    bob = enter(Client(), desk.cast.bob)
    assert asked(bob) == ["Risky?", "Urgent?", "Plain?", "Other?", "Alice?"]
    assert asked(bob, "?risk=high") == ["Risky?"]
    assert asked(bob, "?due=hour") == ["Urgent?"]
    assert asked(bob, "?due=week") == ["Urgent?", "Plain?"]
    assert asked(bob, "?agent=other") == ["Other?"]
    assert asked(bob, "?requester=ali") == ["Alice?"]
    assert asked(bob, "?requester=ali&risk=high") == []
    assert "Nothing like that" in bob.get(f"{INBOX}?requester=nobody%00").content.decode()
    assert asked(bob, "?risk=purple&due=never&tab=nonsense") == asked(bob)


def test_what_is_put_aside_comes_back_by_itself(desk: Desk) -> None:
    review = desk.ask("bob", "cfo", question="Later?")
    bob, cfo = (enter(Client(), desk.cast.people[who]) for who in ("bob", "cfo"))
    card = f"{INBOX}{review.pk}/"
    until = re.search(r'<option value="([^"]+)">In an hour', bob.get(card).content.decode())
    assert until
    assert bob.post(f"{card}snoozes/", {"until": until[1]}).status_code == 303
    assert asked(bob) == []
    assert bob.get(f"{INBOX}count/").content == b""
    assert asked(bob, "?tab=later") == ["Later?"]
    assert asked(cfo) == ["Later?"], "it is put aside for oneself alone"
    assert desk.events(review) == ["review.opened"]
    assert "You put this aside until" in bob.get(card).content.decode()
    Snooze.objects.update(until=now())
    assert asked(bob) == ["Later?"]
    assert asked(bob, "?tab=later") == []


def test_it_can_be_brought_back_and_decided_all_the_same(desk: Desk) -> None:
    review = desk.ask("bob", question="Later?")
    bob = enter(Client(), desk.cast.bob)
    address = f"{INBOX}{review.pk}/snoozes/"
    bob.post(address, {"until": (now() + timedelta(hours=2)).isoformat()})
    bob.post(address, {"until": (now() + timedelta(hours=3)).isoformat()})
    assert asked(bob) == []
    assert bob.post(address, {"until": ""}).status_code == 303
    assert asked(bob) == ["Later?"]
    bob.post(address, {"until": (now() + timedelta(hours=2)).isoformat()})
    desk.decide(review, "bob")
    assert asked(bob, "?tab=later") == []


def test_it_is_never_put_aside_past_its_due_time_nor_by_who_may_not_decide(desk: Desk) -> None:
    review = desk.ask("bob", question="Soon?", due=timedelta(hours=2))
    bob, dana, charlie = (enter(Client(), desk.cast.people[who]) for who in ("bob", "dana", "charlie"))
    address = f"{INBOX}{review.pk}/snoozes/"
    card = bob.get(f"{INBOX}{review.pk}/").content.decode()
    assert "In an hour" in card
    assert "In 4 hours" not in card
    for wrong in ("3000-01-01T00:00:00+00:00", "2000-01-01T00:00:00+00:00", "2030-01-01", "soon"):
        refused = bob.post(address, {"until": wrong})
        assert refused.status_code == 422
        assert "Your answer was not taken" not in refused.content.decode()
    in_time = {"until": (now() + timedelta(hours=1)).isoformat()}
    assert dana.post(address, in_time).status_code == 403
    assert charlie.post(address, in_time).status_code == 404
    assert bob.get(address).status_code == 405
    assert not Snooze.objects.exists()


def test_the_api_puts_aside_and_brings_back_as_the_page_does(desk: Desk) -> None:
    review = desk.ask("bob", "cfo", question="Later?", due=timedelta(hours=5))
    bob, dana, charlie = (Client(headers=desk.cast.bearer(who)) for who in ("bob", "dana", "charlie"))
    path, page = f"/api/v1/reviews/{review.pk}/snooze", enter(Client(), desk.cast.bob)

    def put(client: Client, until: object) -> int:
        return client.post(path, {"until": until}, "application/json").status_code

    until = (now() + timedelta(hours=1)).isoformat()
    assert put(bob, until) == 201
    assert (asked(page), asked(page, "?tab=later")) == ([], ["Later?"])
    wrong = (
        "",
        "soon",
        "2030-01-01",
        (now() + timedelta(hours=6)).isoformat(),
        7,
        "9999-12-31T23:59:59-12:00",
    )
    assert [put(bob, each) for each in wrong] == [422] * len(wrong)
    assert (put(dana, until), put(dana, "soon"), put(charlie, until)) == (403, 403, 404)
    assert [each.delete(path).status_code for each in (dana, charlie)] == [403, 404]
    assert asked(page) == [], "what others may not do they do not undo"
    assert bob.delete(path).json() == bob.delete(path).json() == {"until": None}
    assert asked(page) == ["Later?"]
    desk.decide(review, "cfo")
    assert put(bob, until) == 409
    assert bob.get(path).status_code == 405


def test_the_history_holds_what_one_had_a_say_in(desk: Desk) -> None:
    for question in ("First?", "Second?"):
        desk.decide(desk.ask("bob", "cfo", question=question), "bob", "reject")
    desk.decide(desk.ask("bob", "cfo", question="Not mine?"), "cfo")
    desk.decide(desk.ask("bob", "cfo", question="Still open?", approve="all"), "bob")
    bob = enter(Client(), desk.cast.bob)
    assert asked(bob, "?tab=history") == ["Second?", "First?"]
    assert asked(bob, "?tab=decided") == ["Not mine?", "Second?", "First?"]
    assert asked(bob, "?tab=history&requester=dana") == ["Second?", "First?"]


def test_a_count_says_no_more_than_anybody_wants_to_know(desk: Desk) -> None:
    multiply(desk.ask("bob", question="Many?"), 1000)
    bob = enter(Client(), desk.cast.bob)
    assert counts(bob)["Waiting for you"] == "999+"
    assert bob.get(f"{INBOX}count/").content == b"999+"
    assert "999+ things wait for you" in bob.get("/demo/").content.decode()


@pytest.mark.django_db(transaction=True)  # the keys of people are remembered once they are committed
def test_pages_follow_on_each_other_with_none_left_out(desk: Desk) -> None:
    multiply(desk.ask("bob", question="Many?", risk="high"), 99)
    bob, seen, query = enter(Client(), desk.cast.bob), [], ""
    while True:
        page = bob.get(f"{INBOX}{query}").content.decode()
        seen += re.findall(r'href="/demo/reviews/([0-9a-f-]{36})/"', page)
        following = re.search(r'href="/demo/reviews/(\?after=[^"]*)"', page)
        if not following:
            break
        query = following[1]
    with scopes_disabled():
        rows = list(Review.objects.values_list("pk", "risk", "due_at"))
    expected = sorted(rows, key=lambda row: (row[1] != "high", row[2], row[0]))
    assert seen == [str(pk) for pk, _, _ in expected]


@pytest.mark.django_db(transaction=True)  # as above
def test_its_queries_are_as_many_however_much_waits(desk: Desk, django_assert_max_num_queries: Any) -> None:
    review = desk.ask("bob", "cfo", question="Many?")
    bob, alice = (enter(Client(), desk.cast.people[who]) for who in ("bob", "alice"))
    pages = ((bob, ""), (bob, "?tab=teams"), (alice, "?tab=all&requester=dana"))
    few = []
    for client, query in pages:
        asked(client, query)
        with django_assert_max_num_queries(QUERIES) as one:
            assert asked(client, query) == ["Many?"]
        few.append(len(one))
    multiply(review, 300)
    many = []
    for client, query in pages:
        with django_assert_max_num_queries(QUERIES) as one:
            assert len(asked(client, query)) == 30
        many.append(len(one))
    assert many == few


@pytest.mark.long
@pytest.mark.django_db(transaction=True)  # as above
def test_a_hundred_thousand_waiting_reviews(desk: Desk, django_assert_max_num_queries: Any) -> None:
    desk.ask("cfo", question="Rare?")
    multiply(desk.ask("bob", "alice", question="Many?"), 100_000)
    bob, cfo, alice = (enter(Client(), desk.cast.people[who]) for who in ("bob", "cfo", "alice"))
    for client in (bob, cfo, alice):
        for query in (
            "",
            "?tab=teams",
            "?tab=all",
            "?tab=later",
            "?tab=history",
            "?risk=high",
            "?requester=dana",
        ):
            with django_assert_max_num_queries(QUERIES):
                asked(client, query)
            assert best_ms(lambda c=client, q=query: asked(c, q)) < 100, query
    second = re.search(r"\?after=[^\"]*", bob.get(INBOX).content.decode())
    assert second
    assert best_ms(lambda: asked(bob, second[0])) < 100
    # What a worker asks of reviews when it starts.
    assert best_ms(timers.seconds_until_next) < 20
    assert best_ms(timers.fire_timers) < 20


def multiply(review: Review, count: int) -> None:
    with connection.cursor() as cursor:
        for statement in (REVIEWS, SEATS):
            cursor.execute(statement, {"id": review.pk, "count": count})
        cursor.execute(ANALYZE)


def best_ms(work: Any) -> float:  # Any: a function without arguments
    """Of seven times, so that what else the machine does is not measured."""
    took = []
    for _ in range(7):
        begun = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - begun))
    print(round(min(took), 1), "ms")
    return min(took)


def test_a_morning_is_offered_once() -> None:
    monday, sunday = datetime(2027, 11, 1, 12, tzinfo=UTC), datetime(2027, 11, 7, 12, tzinfo=UTC)
    assert [said for _, said in snoozing.mornings(monday)] == ["Tomorrow morning", "On Monday morning"]
    assert [said for _, said in snoozing.mornings(sunday)] == ["Tomorrow morning"]
    assert snoozing.mornings(monday)[1][0] == datetime(2027, 11, 8, 8, tzinfo=UTC)
