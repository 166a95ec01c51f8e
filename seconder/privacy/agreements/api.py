from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from seconder.accounts.gate import Asked
from seconder.accounts.naming import PersonOut, people
from seconder.accounts.repeating import once
from seconder.core import calls
from seconder.core.clock import rfc3339
from seconder.core.doors import door
from seconder.core.json import Object
from seconder.core.refusals import NotFound
from seconder.privacy.agreements.recording import Terms, record_version
from seconder.privacy.models import Agreement

router = Router(tags=["agreements"])
Day = Annotated[date, Field(strict=False)]


class AgreementOut(Schema):
    """A signed version: what the organization is for its data (`standing`: controller or customer), and what may be
    done with that. It never changes. `document_hash` is the SHA-256 of the text, or of the file that is named."""

    id: str
    version: str
    in_force: bool
    standing: str
    region: str
    purposes: list[str]
    notice_days: int
    signed_by: list[str]
    signed_on: str
    effective_from: str
    effective_until: str | None
    document: str
    document_name: str
    document_hash: str
    recorded_by: PersonOut
    recorded_at: str


class AgreementList(Schema):
    items: list[AgreementOut]
    next: str | None


class AgreementQuery(calls.PageQuery):
    """`in_force=true`: the one that holds today, or none."""

    in_force: Annotated[bool, Field(strict=False)] = False


class AgreementIn(calls.Fields):
    """Either `text`, or `file_name` and `file_hash` (SHA-256, hexadecimal)."""

    standing: str
    version: str
    region: str
    purposes: list[str]
    notice_days: int
    signed_by: list[str]
    signed_on: Day
    effective_from: Day
    effective_until: Day | None = None
    text: str = ""
    file_name: str = ""
    file_hash: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""


@router.get(
    "/agreements",
    response=AgreementList,
    summary="Every signed version, the latest recorded first",
    openapi_extra=calls.asks(AgreementQuery),
)
@door("agreements.read")
def agreements(request: Asked) -> HttpResponse:
    asked = calls.query(request, AgreementQuery)
    current = Agreement.in_force(request.organization)
    found = Agreement.objects.visible_to(request.actor)
    if asked.in_force:
        found = found.filter(pk__in=[current.pk] if current else [])
    rows, following = calls.page(found, asked)
    return calls.answer({"items": [_out(row, current) for row in rows], "next": following})


@router.post(
    "/agreements",
    response={201: AgreementOut},
    summary="Record a signed version",
    openapi_extra=calls.takes(AgreementIn),
)
@door("agreements.manage")
def agreement_create(request: Asked) -> HttpResponse:
    def work() -> HttpResponse:
        said = calls.body(request, AgreementIn)
        made = record_version(request.actor, Terms(**said.__dict__))
        told = _out(made, Agreement.in_force(request.organization))
        return calls.answer(told, 201, location=f"/api/v1/agreements/{made.pk}")

    return once(request, request.actor, work)


@router.get("/agreements/{id}", response=AgreementOut, summary="One signed version")
@door("agreements.read")
def agreement(request: Asked, id: str) -> HttpResponse:  # noqa: A002  the name in the address
    found = Agreement.objects.visible_to(request.actor).filter(pk=calls.id_of(id)).first()
    if found is None:
        raise NotFound("There is no such version here.")
    return calls.answer(_out(found, Agreement.in_force(request.organization)))


def _out(one: Agreement, current: Agreement | None) -> Object:
    signed_by = one.signed_by if isinstance(one.signed_by, list) else []
    return {
        "id": str(one.pk),
        "version": one.version,
        "in_force": one == current,
        "standing": one.standing,
        "region": one.region,
        "purposes": [*one.purposes],
        "notice_days": one.notice_days,
        "signed_by": [str(line) for line in signed_by],
        "signed_on": one.signed_on.isoformat(),
        "effective_from": one.effective_from.isoformat(),
        "effective_until": one.effective_until.isoformat() if one.effective_until else None,
        "document": str(one.document or ""),
        "document_name": str(one.document_name or ""),
        "document_hash": one.document_hash,
        "recorded_by": people([one.recorded_by_id])[one.recorded_by_id],
        "recorded_at": rfc3339(one.recorded_at),
    }
