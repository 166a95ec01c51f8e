"""Whoever wants is told by mail when others get data, once the address is confirmed, and stops it with one click."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client

from seconder.core.mail.linting import faults
from seconder.privacy.models import RecipientNews
from seconder.privacy.policy import news
from seconder.privacy.policy.publishing import begin
from seconder.privacy.tests.policies import also, published
from seconder.testing import Cast, deliver

pytestmark = pytest.mark.django_db
ADDRESS = "eve@customer.example"


def _link(text: str, beginning: str) -> str:
    return str(re.findall(rf"https?://[^/\s]+({beginning}[^\s>]+)", text)[0])


@pytest.mark.clause("P-06")
@pytest.mark.invariant("F10")
def test_from_asking_to_stopping(client: Client, cast: Cast) -> None:
    begin()
    assert client.post("/privacy/recipients/news/", {"email": "nobody"}).status_code == 422
    assert client.post("/privacy/recipients/news/", {"email": ADDRESS}).status_code == 303
    confirm = _link(deliver(ADDRESS)[0], "/privacy/recipients/news/")
    assert ADDRESS in client.get(confirm).content.decode()
    assert not RecipientNews.objects.exists(), "looking confirms nothing"
    for _ in range(2):
        assert client.post(confirm).status_code == 303
    row = RecipientNews.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM privacy_recipientnews t")
        assert "eve" not in cursor.fetchone()[0]

    with also():
        version = published(cast)
    for _ in range(2):
        news.send(version.pk)
    (file,) = Path(urlsplit(configured.EMAIL_URL).path).glob(f"recipients-2-{row.pk}.eml")
    assert faults(file.read_bytes(), news.NEWS) == []
    text = file.read_text().replace("=\n", "")
    assert "Helper Ltd" in text
    stop = _link(re.sub(r"=3D", "=", text), "/unsubscribe/recipients/")
    assert client.get(stop).status_code == 200
    assert RecipientNews.objects.exists(), "a scanner that looks stops nothing"
    for _ in range(2):
        done = Client(enforce_csrf_checks=True).post(stop, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert not RecipientNews.objects.exists()
    assert client.get(f"{stop[:-5]}AAAA/").status_code == 404
    assert client.get(f"{confirm[:-5]}AAAA/").status_code == 404


def test_a_change_of_words_alone_is_no_news(cast: Cast, settings: object) -> None:
    begin()
    settings.PRIVACY_CONTACT = ["mailto:privacy@acme.example"]  # type: ignore[attr-defined]  # pytest-django's
    version = published(cast, days=0)
    assert not any("Helper" in change for change in version.changes)
    assert version.weight == "editorial"
