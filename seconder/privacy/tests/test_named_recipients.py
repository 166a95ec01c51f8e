"""The page of those who get data, against those who got some in a run that asks a model and writes a mail."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from seconder.agents.tests.scripted_model import ScriptedModel, gives
from seconder.core.recipients import DisclosureRefused, disclose
from seconder.core.tests.test_mail import Inbox
from seconder.privacy.policy import document
from seconder.privacy.tests.test_disclosing import ASK, MAIL, known, ledger, post
from seconder.runs.tests.conftest import Stage, model, stage
from seconder.testing import Cast, enter

__all__ = ["model", "post", "stage"]
# The peers stand on this machine; these are the names under which others' servers would.
MODEL, POST = ("model.helper.example",), ("smtp.helper.example",)


@pytest.mark.django_db
@pytest.mark.invariant("J04")
def test_whoever_runs_it_stops_one_on_a_page(cast: Cast, settings: Any) -> None:
    settings.OPERATOR = "demo"
    alice = enter(Client(), cast.alice)
    page = "/demo/privacy/recipients/"
    with known("mail-server", enabled=lambda: True, reaches=lambda: POST):
        shown = alice.get(page).content.decode()
        assert "Not said: who it is, where it is" in shown
        assert "Stop it now" in shown
        assert enter(Client(), cast.bob).post(f"{page}mail-server/stop/").status_code == 403
        for _ in range(2):
            assert alice.post(f"{page}mail-server/stop/").status_code == 303
        assert "Let it get data again" in alice.get(page).content.decode()
        with pytest.raises(DisclosureRefused, match="stopped it"):
            disclose("mail-server", ("user.name",))
        assert alice.post(f"{page}mail-server/resumption/").status_code == 303
        disclose("mail-server", ("user.name",))
    assert alice.post(f"{page}nobody/stop/").status_code == 404


@pytest.mark.clause("R-09")
@pytest.mark.invariant("J03")
def test_it_names_those_who_get_data_no_more_and_no_fewer(
    stage: Stage, model: ScriptedModel, post: Inbox, client: Client
) -> None:
    model.says(gives(x="1"))
    tell = {**MAIL, "with": {**MAIL["with"], "to": "bob@example.com"}}  # type: ignore[dict-item]  # of mixed values
    run = stage.run(stage.publish(ASK, tell), text="An order.")
    assert stage.look(run).status == "succeeded"
    seen = {row.recipient for row in ledger()}
    with known("model-server", reaches=lambda: MODEL), known("mail-server", reaches=lambda: POST):
        shown = set(document.current().read["facts"]["recipients"])
        page = client.get("/privacy/recipients/").content.decode()
    assert seen == {"model-server", "mail-server"}
    assert all(host in page for host in (*MODEL, *POST))
    assert shown - seen == {"agent-addresses"}, "on standby: nobody knows before where agents of others send"
    assert seen <= shown
