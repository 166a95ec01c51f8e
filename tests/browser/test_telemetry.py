"""Usage, errors and releases, with figures in them; and a click that is counted."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.browser.conftest import ROOT, Office, Watched
from tests.browser.looking import look

pytestmark = pytest.mark.browser
FIGURES = """
import django
django.setup()
from django.db import transaction
from seconder.telemetry.errors import keeping, sink
from seconder.telemetry.models import Timing
from seconder.telemetry.tests.crowds import some_days
with transaction.atomic():  # or the running processes close days that are not whole yet
    yesterday = some_days(20)
for route in ("runs:list", "agents:list", "verification:inbox"):
    for bucket, count in ((2, 400), (3, 90), (6, 12)):
        Timing.objects.create(day=yesterday, route=route, bucket=bucket, count=count, is_closed=True)
try:
    raise OSError(28, "what nobody sees")
except OSError as error:
    sink.note(error)
keeping.keep()
"""


def _fill(office: Office) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SECONDER_")}
    environ |= {
        "SECONDER_DATA_DIR": str(office.outbox.parent),
        "DJANGO_SETTINGS_MODULE": "seconder.settings",
    }
    subprocess.run([sys.executable, "-c", FIGURES], env=environ, cwd=ROOT, check=True, timeout=60)


def test_the_operator_reads_what_was_counted(watched: Watched, office: Office) -> None:
    _fill(office)
    page = watched.page("alice")
    with page.expect_response("**/privacy/clicks/") as counted:
        page.goto("/demo/privacy/usage/")
        page.get_by_role("button", name="Shortcuts").click()
    assert counted.value.status == 204
    page.keyboard.press("Escape")
    look(page, "usage")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Releases", exact=True).click()
    look(page, "releases")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Pages and calls").first.click()
    page.get_by_text("Nobody was found").wait_for()
    look(page, "a release")
    page.goto("/demo/privacy/releases/new/")
    look(page, "a new release")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/demo/privacy/errors/")
    look(page, "errors")
    page.get_by_role("link", name="OSError").click()
    look(page, "an error")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Mark as solved").click()
    page.get_by_text("It is marked as solved.").wait_for()
