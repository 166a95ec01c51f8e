"""The one guarded door for outbound HTTP: public addresses only, no redirects followed, no proxy, bounded in time
and size. What it cannot know, it says: whether a request that failed may have had its effect.

Face: `request(method, url, …)` → Answer, or HttpFailed.
"""

from seconder.core.http.exchange import LIMIT, TIMEOUT, request
from seconder.core.http.message import METHODS, Answer, HttpFailed

__all__ = ["LIMIT", "METHODS", "TIMEOUT", "Answer", "HttpFailed", "request"]
