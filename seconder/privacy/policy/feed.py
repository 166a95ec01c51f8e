"""The versions of the policy as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from django.conf import settings
from django.urls import reverse

from seconder.core.clock import rfc3339
from seconder.privacy.models import PolicyVersion

_ATOM = "http://www.w3.org/2005/Atom"


def atom(versions: Sequence[PolicyVersion]) -> bytes:
    """`versions`: latest first, at least one."""
    feed = Xml.Element("feed", xmlns=_ATOM)
    place = f"{settings.BASE_URL}{reverse('privacy:policy-versions')}"
    _facts(feed, id=place, title="Versions of the privacy policy", updated=rfc3339(versions[0].published_at))
    Xml.SubElement(Xml.SubElement(feed, "author"), "name").text = (
        settings.PRIVACY_CONTROLLER or settings.BASE_URL
    )
    Xml.SubElement(feed, "link", rel="self", href=f"{settings.BASE_URL}{reverse('privacy:policy-feed')}")
    for version in versions:
        entry, link = Xml.SubElement(feed, "entry"), reverse("privacy:policy-version", args=[version.number])
        day = f"{version.effective_from:%-d %B %Y}"
        _facts(
            entry,
            id=f"{settings.BASE_URL}{link}",
            title=f"Version {version.number}, in force from {day}",
            updated=rfc3339(version.published_at),
            summary="\n".join([version.summary, *version.changes]),
        )
        Xml.SubElement(entry, "link", href=f"{settings.BASE_URL}{link}")
    made: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return made


def _facts(within: Xml.Element, **facts: str | None) -> None:
    for name, value in facts.items():
        Xml.SubElement(within, name).text = value
