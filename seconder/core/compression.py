"""What is sent as text is packed: style sheets and scripts once, pages each time.

The length of a packed page tells something of what is in it, to somebody who can make the page repeat guesses and
sees the wire (BREACH). Against that our session cookie is not sent with what other sites fetch (SameSite), the
token of forms is masked anew on each page, and each packed page carries up to a hundred bytes of chance. Answers of
the API are left as they are.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.text import compress_string

WORTH = 600  # bytes; below that packing saves nothing
CHANCE = 100  # at most so many bytes are added to a page
_STATIC = ("text/", "application/javascript", "image/svg+xml")


class Compression(MiddlewareMixin):
    """Stands before everything that answers, the middleware for static files too."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_static = request.path.startswith(settings.STATIC_URL)
        if not response.get("Content-Type", "").startswith(_STATIC if is_static else "text/html"):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if "gzip" not in request.headers.get("Accept-Encoding", "") or response.has_header(
            "Content-Encoding"
        ):
            return response
        if is_static and isinstance(response, StreamingHttpResponse) and response.status_code == 200:
            return _file(response)
        if isinstance(response, HttpResponse) and len(response.content) >= WORTH:
            response.content = compress_string(response.content, max_random_bytes=CHANCE)
            _mark(response)
        return response


def _file(response: StreamingHttpResponse) -> HttpResponseBase:
    if int(response.get("Content-Length", "0")) < WORTH:
        return response
    chunks = cast("Iterable[bytes]", response.streaming_content)  # of a file, read in this thread
    packed = HttpResponse(_packed(b"".join(chunks)))
    response.close()
    for name, value in response.items():
        packed[name] = value
    _mark(packed)
    return packed


def _mark(response: HttpResponse) -> None:
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))


@lru_cache(maxsize=64)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
