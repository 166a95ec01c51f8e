"""The data map and the records of processing: complete, the same each time, and readable by others."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from typing import Any

import pytest
import yaml
from django.test import Client
from fideslang.default_taxonomy import DEFAULT_TAXONOMY
from fideslang.parse import load_manifests_into_taxonomy
from rdflib import RDF, Graph, Namespace

from seconder import cli
from seconder.core.models import DeniedRead
from seconder.core.registry import registry
from seconder.privacy.records import activities
from seconder.privacy.records.drawing import draw
from seconder.privacy.records.exports import FORMS
from seconder.testing import Cast, enter

DPV = Namespace("https://w3id.org/dpv#")
PAGE = "/demo/privacy/data-map/"
pytestmark = [pytest.mark.clause("G-17")]


@pytest.mark.invariant("A03")
def test_everything_that_is_declared_is_in_the_records() -> None:
    declared, found = registry(), activities(registry())
    places = {place for each in found for kind in each.kinds for place in kind.places}
    assert set(declared.data) <= places
    assert {f"cookie {name}" for name in declared.cookies} <= places
    assert {f"log {key.name}" for key in declared.log_keys.values() if key.category} <= places
    used = {datum.purpose for datum in declared.data.values()}
    assert used <= {each.id for each in found}


@pytest.mark.invariant("A03")
@pytest.mark.parametrize("form", FORMS)
def test_the_same_registry_gives_the_same_bytes(form: str) -> None:
    backwards = dataclasses.replace(
        registry(),
        **{
            field.name: dict(reversed(getattr(registry(), field.name).items()))
            for field in dataclasses.fields(registry())
        },
    )
    first = FORMS[form].write(registry())
    assert first == FORMS[form].write(registry())
    assert first == FORMS[form].write(backwards)
    assert registry().digest == backwards.digest
    assert registry().digest in first


@pytest.mark.invariant("A03")
def test_fideslang_reads_its_own() -> None:
    said = yaml.safe_load(FORMS["fideslang"].write(registry()))
    taxonomy = load_manifests_into_taxonomy(said)
    [system], [dataset] = taxonomy.system, taxonomy.dataset
    assert {each.name for each in system.privacy_declarations} == {
        each.purpose.words for each in activities(registry()) if each.kinds
    }
    known = {each.fides_key for each in DEFAULT_TAXONOMY.data_category}
    for each in system.privacy_declarations:
        assert set(each.data_categories) <= known
        assert each.legal_basis_for_processing
        assert each.retention_period
    fields = sum(len(table.fields) for table in dataset.collections)
    assert fields == len(registry().data)


@pytest.mark.invariant("A03")
def test_the_vocabulary_of_the_w3c_is_linked_data_without_a_loose_end() -> None:
    graph = Graph().parse(data=FORMS["dpv"].write(registry()), format="json-ld")
    found = activities(registry())
    processes = set(graph.subjects(RDF.type, DPV.Process))
    assert len(processes) == len(found)
    assert len(set(graph.subjects(RDF.type, DPV.Purpose))) == len(found)
    for process in processes:
        assert list(graph.objects(process, DPV.hasLegalBasis))
    named = ("hasPersonalData", "hasDataSubject", "hasStorageCondition", "hasRecipient", "hasPurpose")
    for name in named:
        for each in graph.objects(None, DPV[name]):
            assert (each, RDF.type, None) in graph, f"{name} leads to {each}, of which nothing is said"
    kept = {keep for each in found for kind in each.kinds for keep in kind.keeps}
    assert len(set(graph.subjects(RDF.type, DPV.StorageCondition))) == len(kept)


def test_the_picture_has_a_line_for_each_use_and_each_receipt() -> None:
    found = activities(registry())
    picture = draw(found)
    assert len(picture.bundles) == len(found)
    for bundle, each in zip(picture.bundles, found, strict=True):
        assert len(bundle.ways) == len(each.kinds) + len(each.recipients)
        assert bundle.box.link == f"#{each.id}"
    boxes = [*picture.kinds, *(each.box for each in picture.bundles), *picture.recipients]
    for box in boxes:
        assert 0 <= box.x <= box.x + box.width <= picture.width
        assert 0 <= box.y <= box.y + box.height <= picture.height
        assert all(y <= box.height for y, _ in box.lines)
    by_column = sorted(boxes, key=lambda box: (box.x, box.y))
    for one, other in itertools.pairwise(by_column):
        assert one.x != other.x or one.y + one.height < other.y, "two boxes overlap"


@pytest.mark.django_db
def test_the_page_says_in_words_what_the_picture_shows(cast: Cast, client: Client, settings: Any) -> None:
    settings.OPERATOR = "demo"
    DeniedRead.objects.create(
        day="2026-11-25", purpose="service.runs", tables="accounts_session", place="a.py:1"
    )
    page = enter(client, cast.alice).get(PAGE).content.decode()
    ids = set(re.findall(r'id="([\w.]+)"', page))
    for each in activities(registry()):
        assert each.id in ids
        assert page.count(f'href="#{each.id}"') == 1 + len(each.kinds)
    assert registry().digest in page
    assert "accounts_session" in page
    for form in FORMS.values():
        assert form.words in page


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_the_records_are_saved_as_a_file(cast: Cast, client: Client, settings: Any, form: str) -> None:
    settings.OPERATOR = "demo"
    answer = enter(client, cast.alice).get(f"{PAGE}records/{form}/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{FORMS[form].file}"'
    assert answer.content.decode() == FORMS[form].write(registry())
    assert client.get(f"{PAGE}records/xml/").status_code == 404


@pytest.mark.django_db
def test_only_the_operator_sees_it(cast: Cast, client: Client, settings: Any) -> None:
    settings.OPERATOR = "elsewhere"
    assert enter(client, cast.alice).get(PAGE).status_code == 404
    assert enter(client, cast.charlie).get("/elsewhere/privacy/data-map/").status_code == 200
    assert (
        'href="/demo/privacy/data-map/"'
        not in enter(client, cast.alice).get("/demo/privacy/").content.decode()
    )


def test_the_command_prints_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run("privacy", ["datamap", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["registry"] == registry().digest
    assert cli.run("privacy", ["datamap", "--format", "dpv"]) == 0
    assert capsys.readouterr().out == FORMS["dpv"].write(registry())
    assert cli.run("privacy", ["datamap"]) == 0
    assert "service.notifications" in capsys.readouterr().out
    assert cli.run("privacy", ["datamap", "--format", "xml"]) == 2
    assert "fideslang or dpv" in capsys.readouterr().err
