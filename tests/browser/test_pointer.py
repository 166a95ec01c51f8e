"""With a pointer alone, as people use them: a card of two stages, the measures, the log of mail, stopping a letter."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import ROOT, Office, Watched

pytestmark = pytest.mark.browser
QUESTION = "May we hire this agency?"


@pytest.fixture(scope="module")
def stops(office: Office) -> str:
    """Where Bob stops news of failed runs by mail; a review of two stages is asked."""
    environ = {**os.environ, "SECONDER_DATA_DIR": str(office.outbox.parent)}
    command = [sys.executable, "-m", "tests.browser.staged"]
    said = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True)
    return said.stdout.split()[-1]


def test_a_card_of_two_stages_is_answered_one_after_the_other(watched: Watched, stops: str) -> None:
    assert stops
    for who, after in (("bob", "The next are asked: Finance."), ("finance", "")):
        page = watched.page(who)
        page.goto("/demo/reviews/")
        page.get_by_role("link", name=QUESTION).click()
        expect(page.get_by_text("Stage 2: Finance")).to_be_visible()
        if after:
            expect(page.get_by_text(after)).to_be_visible()
        page.get_by_role("button", name="Approve").first.click()
    expect(page.get_by_role("heading", name="Approved by you")).to_be_visible()


def test_the_measures_are_read_over_another_time(watched: Watched) -> None:
    page = watched.page("alice")
    page.goto("/demo/reviews/")
    page.get_by_role("link", name="How deciding goes").click()
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_text("Closed in 7 days")).to_be_visible()
    expect(page.get_by_text("Answered sooner than the card can be read")).to_be_visible()


def test_the_log_of_mail_says_what_became_of_each(watched: Watched, stops: str) -> None:
    assert stops
    page = watched.page("alice")
    page.goto("/demo/settings/")
    page.get_by_role("link", name="Mail", exact=True).click()
    line = page.get_by_role("region", name="What was sent").get_by_role("listitem").first
    for _ in range(
        20
    ):  # mail is gathered for some seconds before it goes out, and the page does not follow it
        try:
            line.wait_for(timeout=1000)
        except Error:
            page.reload()
    expect(line).to_contain_text("Sent")


def test_a_letter_is_stopped_by_whoever_holds_its_link(watched: Watched, stops: str) -> None:
    page = watched.stranger()
    page.goto(stops)
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Stop this mail").click()
    expect(page.get_by_role("heading", name="This mail is stopped")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="This mail is stopped")).to_be_visible()
