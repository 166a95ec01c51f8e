"""What people ask about their data: proved by a fresh sign-in or a code, answered in time, by whoever decides."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled
from pytest_django.fixtures import Settings

from seconder.accounts.invitations.inviting import invite
from seconder.accounts.models import Letter
from seconder.core.clock import now
from seconder.core.models import DataKey
from seconder.core.purposes import allowed
from seconder.privacy import jobs
from seconder.privacy.agreements.recording import Terms, record_version
from seconder.privacy.models import DataSubjectRequest
from seconder.privacy.requests import deadlines
from seconder.testing import Cast, code_for, deliver, enter, let_proof_age

pytestmark = pytest.mark.django_db
GUEST = "guest@example.org"


@pytest.fixture(autouse=True)
def _operator(settings: Settings) -> None:
    settings.OPERATOR = "demo"


def all_requests() -> list[DataSubjectRequest]:
    with scopes_disabled():
        return list(DataSubjectRequest.objects.select_related("organization").order_by("pk"))


def ask_at(client: Client, address: str, kind: str = "erasure") -> str:
    """The address of the page that takes the code; what the worker does is done."""
    answer = client.post("/privacy/requests/", {"address": address, "kind": kind, "text": "Please."})
    assert answer.status_code == 303, answer.content
    there = str(answer["Location"])
    jobs.send_code(re.findall(r"[0-9a-f-]{36}", there)[0])
    return there


@pytest.mark.clause("Z-01", "V-07")
@pytest.mark.invariant("I15")
def test_deadlines_count_working_days_and_calendar_months() -> None:
    friday = datetime(2027, 1, 29, 12, tzinfo=UTC)
    assert deadlines.acknowledge_by(friday) == datetime(2027, 2, 12, 12, tzinfo=UTC)
    assert deadlines.answer_by(friday) == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert deadlines.answer_by(friday, is_extended=True) == datetime(2027, 4, 29, 12, tzinfo=UTC)
    assert deadlines.answer_by(datetime(2026, 12, 31, tzinfo=UTC)) == datetime(2027, 1, 31, tzinfo=UTC)


@pytest.mark.clause("Z-01", "K-05")
@pytest.mark.invariant("B07")
def test_asking_works_where_the_browser_keeps_no_cookies(cast: Cast) -> None:
    bare = Client(enforce_csrf_checks=True)
    there = ask_at(bare, cast.bob.email)
    bare.cookies.clear()
    assert bare.get(there).status_code == 200
    bare.cookies.clear()
    assert bare.post(there, {"code": "000000"}).status_code == 422, "the code is looked at"


@pytest.mark.clause("Z-01")
@pytest.mark.invariant("I16", "E06")
def test_whoever_has_no_account_proves_it_with_a_code_and_a_stranger_learns_nothing(
    cast: Cast, client: Client
) -> None:
    with scope(organization=cast.demo.pk):
        invite(cast.actor("alice"), GUEST, "member", [], "Come")
    deliver()
    pages = []
    for address in (GUEST, "nobody@example.org"):
        there = ask_at(client, address)
        page = client.get(there).content.decode().replace(there, "")
        pages.append(re.sub(r'value="\w{64}"', "", page))
        assert client.post(there, {"code": "000000"}).status_code == 422
    assert pages[0] == pages[1]
    assert Letter.objects.count() == 1
    made, nobodys = all_requests()
    assert (made.state, made.tries) == (nobodys.state, nobodys.tries) == ("unproved", 1)
    code = code_for(GUEST)
    assert code not in made.code_hash
    opened = client.post(f"/privacy/requests/{made.pk}/", {"code": code})
    assert "You asked" in opened.content.decode()
    made, _ = all_requests()
    assert (made.state, made.code_hash, made.person_id) == ("open", "", None)
    assert made.organization == cast.demo
    assert client.post(f"/privacy/requests/{made.pk}/", {"code": code}).status_code == 422
    assert "by " in deliver(GUEST)[-1]


@pytest.mark.invariant("I16")
def test_a_code_is_good_for_half_an_hour_and_five_tries(cast: Cast, client: Client) -> None:
    there = ask_at(client, cast.bob.email, "access")
    code = code_for(cast.bob.email)
    for _ in range(5):
        assert client.post(there, {"code": "wrong"}).status_code == 422
    assert client.post(there, {"code": code}).status_code == 422
    there = ask_at(client, cast.bob.email, "access")
    code = code_for(cast.bob.email)
    with scopes_disabled():
        DataSubjectRequest.objects.update(asked_at=now() - timedelta(minutes=31))
    assert client.post(there, {"code": code}).status_code == 422
    with scopes_disabled():
        DataSubjectRequest.objects.update(asked_at=now() - timedelta(days=2))
    jobs.retain()
    assert all_requests() == []


@pytest.mark.clause("Z-01", "V-07", "G-01")
@pytest.mark.invariant("I14", "I15")
def test_a_request_is_acknowledged_put_off_once_and_answered(cast: Cast, client: Client) -> None:
    enter(client, cast.bob)
    let_proof_age(client)
    form = {"kind": "objection", "text": "No counting of mine."}
    assert client.post("/account/privacy/requests/", form).status_code == 302
    assert all_requests() == []
    assert allowed(cast.bob.pk, "analytics.usage")
    enter(client, cast.bob)
    assert client.post("/account/privacy/requests/", form).status_code == 303
    assert not allowed(cast.bob.pk, "analytics.usage")
    assert allowed(cast.bob.pk, "service.runs")
    assert client.post("/account/privacy/requests/", form).status_code == 422
    (made,) = all_requests()
    assert made.acknowledge_by
    assert made.answer_by

    alice = enter(Client(), cast.alice)
    there = f"/demo/privacy/requests/{made.pk}/"
    assert "No counting of mine." in alice.get(there).content.decode()
    assert enter(Client(), cast.dana).get(there).status_code == 403
    jobs.remind(str(made.pk))
    assert not any("A request is due" in mail for mail in deliver(cast.alice.email))
    with scopes_disabled():
        DataSubjectRequest.objects.update(acknowledge_by=now() - timedelta(hours=1))
    jobs.remind(str(made.pk))
    assert "A request is due" in deliver(cast.alice.email)[-1]
    assert "Late" in alice.get("/demo/privacy/requests/").content.decode()
    assert alice.post(f"{there}acknowledgement/").status_code == 303
    assert "Late" not in alice.get("/demo/privacy/requests/").content.decode()
    assert alice.post(there, {"what": "extended", "text": ""}).status_code == 422
    assert alice.post(there, {"what": "extended", "text": "Many rows."}).status_code == 303
    assert alice.post(there, {"what": "extended", "text": "More."}).status_code == 422
    (made,) = all_requests()
    assert made.answer_by == deadlines.answer_by(made.asked_at, is_extended=True)
    assert alice.post(there, {"what": "refused", "text": "There is no counting of yours."}).status_code == 303
    assert alice.post(there, {"what": "answered", "text": "Yes."}).status_code in (409, 422)
    assert "authority for data protection" in deliver(cast.bob.email)[-1]
    assert "There is no counting of yours." in client.get("/account/privacy/requests/").content.decode()
    assert allowed(cast.bob.pk, "analytics.usage")
    with scopes_disabled():
        DataSubjectRequest.objects.update(ended_at=now() - timedelta(days=3 * 365 + 1))
    jobs.retain()
    assert all_requests() == []
    assert not DataKey.objects.filter(owner_id=made.pk).exists()


@pytest.mark.invariant("M04")
def test_a_customers_people_ask_the_customer(cast: Cast, client: Client, settings: Settings) -> None:
    settings.OPERATOR = "elsewhere"
    with scope(organization=cast.demo.pk):
        record_version(
            cast.actor("alice"),
            Terms(
                "customer",
                "1",
                "eea",
                ["service"],
                30,
                ["Jane Doe"],
                now().date(),
                now().date(),
                text="Signed.",
            ),
        )
    enter(client, cast.bob)
    client.post("/account/privacy/requests/", {"kind": "correction", "text": ""})
    enter(client, cast.people["charlie"])
    client.post("/account/privacy/requests/", {"kind": "correction", "text": ""})
    assert [made.organization.slug for made in all_requests()] == ["demo", "elsewhere"]
    assert "Demo answers" in enter(client, cast.bob).get("/account/privacy/requests/").content.decode()
