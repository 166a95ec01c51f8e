"""Reading a call of the API and answering it: body, query, pages of a list, ids.

Bodies are read by the view, after it has found what the call is about, because a thing that one may not see
is a 404 whatever the body says.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from typing import Annotated, Any, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seconder.core.json import JSON
from seconder.core.problems import UnsupportedMediaType
from seconder.core.refusals import Invalid, NotFound, TooLarge

DEEPEST = 64
LONGEST_VALUE = 100  # characters of an offending value that an error repeats
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
Row = TypeVar("Row", bound=Model)


class Fields(BaseModel):
    """What a call may say; anything else is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PageQuery(Fields):
    """Which page of a list: at most `limit` items, after the `cursor` that the page before gave as `next`."""

    limit: Annotated[int, Field(ge=1, le=100, strict=False)] = 50
    cursor: str | None = None


Wanted = TypeVar("Wanted", bound=Fields)


def id_of(text: str) -> uuid.UUID:
    """Raises NotFound for what cannot be an id: nothing has it."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound("There is no such thing here.") from None


def raw(request: HttpRequest, limit: int | None = None) -> bytes:
    """The body as it came. Raises TooLarge above `limit` bytes, or above what the server takes at all."""
    try:
        content = request.body
    except RequestDataTooBig:
        raise TooLarge("The body of the request is too large.") from None
    if limit is not None and len(content) > limit:
        raise TooLarge(f"The body has {len(content)} bytes; at most {limit} are read here.")
    return content


def body(request: HttpRequest, wanted: type[Wanted]) -> Wanted:
    """The JSON body. An empty one counts as `{}`."""
    content = raw(request)
    if content.strip() and request.content_type not in ("application/json", "", "text/plain"):
        raise UnsupportedMediaType(f"Send application/json, not {(request.content_type or '')[:100]}.")
    return _valid(wanted, parse(content) if content.strip() else {})


def query(request: HttpRequest, wanted: type[Wanted]) -> Wanted:
    """The parameters behind `?`; each may stand once."""
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise Invalid(f"{name} stands {len(values)} times; once is enough.", path=name[:LONGEST_VALUE])
    return _valid(wanted, {name: str(value) for name, value in request.GET.items()})


def parse(content: bytes) -> JSON:
    """JSON that can be stored: finite numbers, no NUL, no half of a surrogate pair, not too deep."""
    try:
        value: JSON = json.loads(content, parse_constant=_not_json, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The body is not JSON that can be read: {str(error)[:200]}.", path="") from None
    if _NUL.search(content):
        raise Invalid("The body holds a NUL character, which cannot be stored.", path="")
    if _is_deep(value):
        raise Invalid(f"The body is nested deeper than {DEEPEST} levels.", path="")
    return value


def _is_deep(value: JSON) -> bool:
    """Level by level, as whatever reads the value later may go down by recursion."""
    level: list[JSON] = [value]
    for _ in range(DEEPEST + 1):
        inner = [each for each in level if isinstance(each, dict | list)]
        if not inner:
            return False
        level = [item for each in inner for item in (each.values() if isinstance(each, dict) else each)]
    return True


def _not_json(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def _valid(wanted: type[Wanted], given: JSON) -> Wanted:
    try:
        return wanted.model_validate(given)
    except ValidationError as error:
        faults: list[JSON] = [
            {
                "path": ".".join(str(part) for part in fault["loc"]),
                "message": fault["msg"],
                "value": shortened(fault["input"]),
            }
            for fault in error.errors(include_url=False, include_context=False)
        ]
        first: Any = faults[0]  # Any: made just above, with texts
        where = f"{first['path']}: " if first["path"] else ""
        raise Invalid(f"{where}{first['message']}.", path=first["path"], faults=faults) from None


def shortened(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def page(rows: QuerySet[Row], asked: PageQuery) -> tuple[list[Row], str | None]:
    """The rows of this page, newest first, and the cursor of the next one; one query."""
    if asked.cursor:
        rows = rows.filter(pk__lt=_position(asked.cursor))
    found = list(rows.order_by("-pk")[: asked.limit + 1])
    kept = found[: asked.limit]
    return kept, _cursor(kept[-1].pk) if len(found) > len(kept) else None


def _cursor(key: uuid.UUID) -> str:
    return base64.urlsafe_b64encode(key.bytes).decode().rstrip("=")


def _position(cursor: str) -> uuid.UUID:
    try:
        return uuid.UUID(bytes=base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise Invalid("This cursor is none that a page of this list gave.", path="cursor") from None


def answer(content: object, status: int = 200, *, location: str = "") -> HttpResponse:
    """A JSON answer, from plain values."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(text, status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    if location:
        response["Location"] = location
    return response


def takes(
    wanted: type[Fields], *, required: bool = True
) -> dict[str, Any]:  # Any: a part of an OpenAPI document
    """What a body looks like, for OpenAPI; models within it are written out, as nothing else can refer to them."""
    schema = wanted.model_json_schema()
    schema = _written_out(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def _written_out(part: Any, models: dict[str, Any]) -> Any:  # Any: a JSON Schema, and parts of it
    if isinstance(part, list):
        return [_written_out(one, models) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _written_out(models[part["$ref"].removeprefix("#/$defs/")], models)
    return {name: _written_out(one, models) for name, one in part.items()}


def asks(wanted: type[Fields]) -> dict[str, Any]:  # Any: as above
    """What may stand behind `?`, for OpenAPI."""
    schema = wanted.model_json_schema()
    return {
        "parameters": [
            {"in": "query", "name": name, "required": name in schema.get("required", ()), "schema": part}
            for name, part in schema["properties"].items()
        ]
    }
