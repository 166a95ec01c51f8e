"""Signing in by link, signing out, and the judge at the doors of pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django_scopes import get_scope, scopes_disabled

from seconder.accounts.gate import Asked, judge, landing
from seconder.accounts.models import Membership, SignInLink
from seconder.core import problems
from seconder.core.clock import now
from seconder.core.doors import door
from seconder.core.refusals import NotAllowed, NotFound
from seconder.testing import Cast

pytestmark = pytest.mark.django_db


def _signed_in(client: Client, cast: Cast, name: str) -> Client:
    client.post(f"/sign-in/{SignInLink.create(cast.people[name])}/")
    return client


def test_opening_a_link_changes_nothing(client: Client, cast: Cast) -> None:
    token = SignInLink.create(cast.bob)
    for method in (client.get, client.head, client.get):
        shown = method(f"/sign-in/{token}/")
        assert shown.status_code == 200
        assert (shown["Cache-Control"], shown["Referrer-Policy"]) == ("no-store", "same-origin")
    assert SESSION_KEY not in client.session
    assert SignInLink.objects.get().used_at is None


def test_the_button_signs_in_once(client: Client, cast: Cast) -> None:
    token = SignInLink.create(cast.bob)
    entered = client.post(f"/sign-in/{token}/")
    assert (entered.status_code, entered["Location"]) == (302, "/demo/")
    assert client.session[SESSION_KEY] == str(cast.bob.pk)
    assert client.get("/")["Location"] == "/demo/"
    again = Client().post(f"/sign-in/{token}/")
    assert again.status_code == 410
    assert b"cannot be used" in again.content


def test_a_link_ends_after_a_day_and_with_its_person(client: Client, cast: Cast) -> None:
    old, idle = SignInLink.create(cast.bob), SignInLink.create(cast.dana)
    SignInLink.objects.filter(person=cast.bob).update(expires_at=now() - timedelta(seconds=1))
    cast.dana.is_active = False
    cast.dana.save()
    for token in (old, idle, "never-one-of-ours"):
        assert client.post(f"/sign-in/{token}/").status_code == 410
    assert SESSION_KEY not in client.session


def test_signing_in_takes_a_new_session_key_and_forgets_the_one_before(client: Client, cast: Cast) -> None:
    _signed_in(client, cast, "bob")
    session = client.session
    before, session["note"] = session.session_key, "Bob's"
    session.save()
    _signed_in(client, cast, "alice")
    assert client.session.session_key != before
    assert "note" not in client.session


def test_only_a_page_of_ours_is_gone_on_to(cast: Cast) -> None:
    assert landing(cast.bob, "/demo/runs/?status=waiting") == "/demo/runs/?status=waiting"
    for elsewhere in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
    ):
        assert landing(cast.bob, elsewhere) == "/demo/"


def test_signing_out_is_a_post_and_ends_the_session(client: Client, cast: Cast) -> None:
    _signed_in(client, cast, "bob")
    assert client.get("/sign-out/").status_code == 405
    assert SESSION_KEY in client.session
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert SESSION_KEY not in client.session
    assert client.get("/")["Location"] == "/sign-in/"


def test_buttons_need_the_token_of_the_form(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/sign-in/{SignInLink.create(cast.bob)}/").status_code == 403
    assert SignInLink.objects.get().used_at is None


@door("audit.read")
def _page(request: Asked, organization: str) -> HttpResponse:
    return HttpResponse(f"{request.actor.person.name} {get_scope()['organization']}")


def _ask(client: Client, organization: str, **headers: str) -> Asked:
    request = RequestFactory().get(f"/{organization}/audit/", headers=headers)
    request.session = client.session
    return request  # type: ignore[return-value]  # the judge makes it one


def test_a_member_with_the_verb_comes_in_inside_the_scope(client: Client, cast: Cast) -> None:
    _signed_in(client, cast, "alice")
    shown = _page(_ask(client, "demo"), organization="demo")
    assert shown.content.decode() == f"Alice {cast.demo.pk}"  # type: ignore[attr-defined]  # an HttpResponse
    assert "organization" not in get_scope()


def test_outsiders_learn_nothing_and_members_without_the_verb_are_told(client: Client, cast: Cast) -> None:
    _signed_in(client, cast, "charlie")
    for place in ("demo", "nowhere"):
        with pytest.raises(NotFound, match="nothing here"):
            judge(_ask(client, place), "home.read", {"organization": place})
    _signed_in(client, cast, "bob")
    with pytest.raises(NotAllowed, match="your role is reviewer"):
        judge(_ask(client, "demo"), "audit.read", {"organization": "demo"})


def test_who_left_is_out_at_once(client: Client, cast: Cast) -> None:
    _signed_in(client, cast, "alice")
    with scopes_disabled():
        Membership.objects.filter(person=cast.alice).update(is_active=False)
    with pytest.raises(NotFound):
        judge(_ask(client, "demo"), "home.read", {"organization": "demo"})


def test_nobody_goes_to_the_sign_in_page_and_back(client: Client, cast: Cast) -> None:
    sent = _page(_ask(client, "demo"), organization="demo")
    assert (sent.status_code, sent["Location"]) == (302, "/sign-in/?next=%2Fdemo%2Faudit%2F")
    fragment = _page(_ask(client, "demo", **{"HX-Request": "true"}), organization="demo")
    assert fragment["HX-Redirect"] == "/sign-in/"


def test_a_refusal_on_a_page_is_a_page(client: Client, cast: Cast) -> None:
    request = RequestFactory().get("/demo/audit/")
    middleware = problems.RefusalMiddleware(lambda _: HttpResponse())
    shown = middleware.process_exception(request, NotAllowed("You may not do this here."))
    assert shown is not None
    assert shown.status_code == 403
    assert b"You may not do this here." in shown.content


def test_an_async_view_has_no_door() -> None:
    async def page(request: Asked) -> HttpResponse:
        return HttpResponse()

    with pytest.raises(TypeError, match="cannot be async"):
        door("home.read")(page)  # type: ignore[arg-type]  # that is the point
