"""What was learned, as the agent's owner reads and answers it, on a desk and on a phone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser


def test_a_proposal_is_read_with_its_cases_and_answered(watched: Watched) -> None:
    environ = {**os.environ, "SECONDER_DATA_DIR": str(watched.office.outbox.parent)}
    subprocess.run([sys.executable, "-m", "tests.browser.taught"], cwd=ROOT, env=environ, check=True)
    page = watched.page("dana")
    page.goto("/demo/agents/clerk/")
    page.get_by_role("link", name="What was learned: 2 proposed").click()
    page.get_by_text("The 4 cases").click()
    expect(page.get_by_text("changed to Acme Ltd.").first).to_be_visible()
    page.get_by_role("button", name="Publish version 2 with this sentence").click()
    expect(page.get_by_role("button", name="Publish version 3 with this rule")).to_be_visible()
    expect(page.get_by_role("heading", name="Evaluation cases")).to_be_visible()
    page.get_by_text("The 5 cases").click()
    look(page, "what was learned")
    reason = page.get_by_label("Why it is dropped")
    reason.fill("They pay late, that is all.")
    reason.press("Enter")
    expect(page.get_by_text("Nothing is proposed")).to_be_visible()
    expect(page.get_by_text("“They pay late, that is all.”")).to_be_visible()
