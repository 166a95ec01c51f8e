"""Signed in on two devices: one ends the other, on its pages, at the API and on what it follows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Office, Watched, start_order

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)


def _sign_in(office: Office, address: str) -> Page:
    """In a browser of its own, with a code by mail."""
    page = office.stranger().new_page()
    page.goto("/sign-in/code/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(office.code(address))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/demo/")
    return page


def test_one_device_ends_another_at_once(watched: Watched, office: Office) -> None:
    dana = watched.page("dana")
    run = start_order(dana).removeprefix(office.address)
    other = _sign_in(office, "dana@example.com")
    other.goto(run)
    expect(other.locator(".standing").get_by_text("Waiting")).to_be_visible()
    assert other.request.get("/api/v1/runs").status == 200

    dana.goto("/account/devices/")
    expect(dana.get_by_text("This one")).to_have_count(1)
    # The stream that the other page follows is over, and asking for it anew is refused.
    with other.expect_response(lambda answer: "/events" in answer.url and answer.status == 401):
        dana.get_by_role("button", name="Sign out all others").click()
        expect(dana.get_by_text("All other devices are signed out")).to_be_visible()
    assert other.request.get("/api/v1/runs").status == 401
    other.reload()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.context.close()
    dana.goto("/demo/")
    expect(dana.get_by_role("heading", name="Sign in")).to_have_count(0)


@pytest.mark.invariant("E09")
def test_after_signing_out_going_back_shows_nothing(office: Office) -> None:
    page = _sign_in(office, "cfo@example.com")
    page.goto("/demo/reviews/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.context.close()


def test_a_profile_takes_the_zone_of_the_device(watched: Watched) -> None:
    page = watched.newcomer("victor", zone="Asia/Tokyo")
    page.get_by_role("button", name="as this device does").click()
    page.get_by_role("button", name="Keep these changes").click()
    expect(page.get_by_text("Your profile is changed")).to_be_visible()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_role("button", name="as this device does")).to_have_count(0)
