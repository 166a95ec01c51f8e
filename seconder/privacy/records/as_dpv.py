"""As linked data in the words of the W3C group's Data Privacy Vocabulary 2: JSON-LD with its whole context inside."""

from __future__ import annotations

from seconder.core.json import JSON, Object
from seconder.core.registry import Registry
from seconder.core.taxonomy import label
from seconder.privacy.records.activities import Activity, activities, received

_CONTEXT: Object = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "fides": "https://ethyca.github.io/fideslang/taxonomy/",
    "here": "urn:seconder:",
    **{
        name: {"@id": f"dpv:{name}", "@type": "@id"}
        for name in (
            "hasPurpose",
            "hasPersonalData",
            "hasDataSubject",
            "hasLegalBasis",
            "hasRecipient",
            "hasStorageCondition",
            "hasProcess",
        )
    },
    "title": "dct:title",
    "label": "rdfs:label",
    "seeAlso": {"@id": "rdfs:seeAlso", "@type": "@id"},
}
_BASES = {
    "contract": "dpv:Contract",
    "consent": "dpv:Consent",
    "legal obligation": "dpv:LegalObligation",
    "legitimate interest": "dpv:LegitimateInterest",
}


def graph(declared: Registry) -> Object:
    found = activities(declared)
    nodes: list[JSON] = [
        {
            "@id": f"here:registry:{declared.digest}",
            "@type": "dpv:RecordsOfActivities",
            "title": "Records of processing of a Seconder installation",
            "hasProcess": [f"here:process:{each.id}" for each in found],
        }
    ]
    for each in found:
        nodes += [_process(each), _purpose(each)]
    kinds = sorted({kind.category for each in found for kind in each.kinds})
    nodes += [{"@id": f"here:data:{key}", "@type": "dpv:PersonalData", "label": label(key)} for key in kinds]
    subjects = sorted({name for each in found for kind in each.kinds for name in kind.subjects})
    nodes += [{"@id": _subject(name), "@type": "dpv:DataSubject", "label": name} for name in subjects]
    keeps = sorted({keep for each in found for kind in each.kinds for keep in kind.keeps})
    nodes += [{"@id": _keep(keep), "@type": "dpv:StorageCondition", "label": keep} for keep in keeps]
    nodes += [
        {"@id": f"here:recipient:{_key(one.id)}", "@type": "dpv:Recipient", "label": one.name}
        for one in received(declared)
    ]
    return {"@context": _CONTEXT, "@graph": nodes}


def _process(each: Activity) -> Object:
    return {
        "@id": f"here:process:{each.id}",
        "@type": "dpv:Process",
        "label": each.purpose.words,
        "hasPurpose": f"here:purpose:{each.id}",
        "hasLegalBasis": [*sorted({_BASES[basis] for basis in each.purpose.bases.values()})],
        "hasPersonalData": [f"here:data:{kind.category}" for kind in each.kinds],
        "hasDataSubject": [*sorted({_subject(name) for kind in each.kinds for name in kind.subjects})],
        "hasStorageCondition": [*sorted({_keep(keep) for kind in each.kinds for keep in kind.keeps})],
        "hasRecipient": [f"here:recipient:{_key(one.id)}" for one in each.recipients],
    }


def _purpose(each: Activity) -> Object:
    return {
        "@id": f"here:purpose:{each.id}",
        "@type": "dpv:Purpose",
        "label": each.purpose.words,
        "seeAlso": f"fides:data_uses/#{each.purpose.use}",
    }


def _subject(name: str) -> str:
    return f"here:subject:{_key(name)}"


def _keep(words: str) -> str:
    return f"here:kept:{_key(words)}"


def _key(words: str) -> str:
    """As a part of an address."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in words).split())
