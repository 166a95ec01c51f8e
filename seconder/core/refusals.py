"""Why something was not done: one exception family that pages, API and command line all render.

Each refusal has a stable `type` (the last part of the problem document's URI, RFC 9457), an HTTP status
and one sentence that says what happened and what to do. A rule raises it; a door shows it.
"""

from __future__ import annotations

import math

from seconder.core.json import JSON


class Refusal(Exception):
    """`facts` are added to the problem document as they are: ids and plain values only."""

    status = 422
    type = "invalid"
    title = "The request cannot be carried out"

    def __init__(self, detail: str, **facts: JSON) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class NotSignedIn(Refusal):
    status, type, title = 401, "not-signed-in", "Sign in first"


class NotAllowed(Refusal):
    status, type, title = 403, "not-allowed", "You may not do this"


class NotFound(Refusal):
    status, type, title = 404, "not-found", "There is no such thing here"


class Conflict(Refusal):
    status, type, title = 409, "conflict", "Somebody was faster"


class AlreadyDecided(Conflict):
    type, title = "already-decided", "This was already decided"


class AlreadyVoted(Conflict):
    type, title = "already-voted", "You have already voted"


class DigestChanged(Conflict):
    type, title = "digest-changed", "This is not what the review shows now"


class AlreadyFinished(Conflict):
    type, title = "already-finished", "This has already ended"


class Expired(Refusal):
    status, type, title = 410, "expired", "The time for this has passed"


class TooLarge(Refusal):
    status, type, title = 413, "too-large", "This is too large"


class TooMany(Refusal):
    """`retry_after`: the whole seconds after which it may be tried again, also said in the header."""

    status, type, title = 429, "too-many-requests", "That was tried too often"

    def __init__(self, detail: str, retry_after: float, **facts: JSON) -> None:
        super().__init__(detail, retry_after=max(1, math.ceil(retry_after)), **facts)


class Invalid(Refusal):
    status, type, title = 422, "invalid", "Something in the request is not right"


class KeyReused(Invalid):
    type, title = "idempotency-key-reused", "This Idempotency-Key was used for another request"


class NotSupportedYet(Invalid):
    type, title = "not-supported-yet", "This is not supported yet"
