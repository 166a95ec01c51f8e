"""Global Privacy Control: the browser says for its person that nothing optional is to be done with their data.

W3C's draft: the header `Sec-GPC` with exactly the value `1`. Whoever sends it twice has it joined by commas on the way
here, so each part counts for itself.
"""

from __future__ import annotations

from django.http import HttpRequest

HEADER = "Sec-GPC"


def heard(request: HttpRequest) -> bool:
    return any(part.strip() == "1" for part in request.headers.get(HEADER, "").split(","))
