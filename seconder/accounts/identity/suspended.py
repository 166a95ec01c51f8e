"""What somebody was about to do when a proof was asked for: kept in their session meanwhile, and done after it.

Kept are the address and what was filled in, never a password or a file, and nothing of the device or the network.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from seconder.accounts.freshness import FRESH

PROVE = "/account/confirm/"
AGAIN = (
    "Nothing is done yet: a file is not kept while you prove who you are. Fill in the form and give it again."
)


@dataclass(frozen=True)
class Suspended:
    """`needs` is "proof" or "factor"; `path` the page on which it goes on."""

    path: str
    needs: str

    @property
    def url(self) -> str:
        """Where the proof is given, to go on with it."""
        return f"{PROVE}?{urlencode({'next': self.path})}"


def suspend(request: HttpRequest, needs: str) -> HttpResponseRedirect:
    """On to the proof. What was suspended before is forgotten: nothing is done that was left half way."""
    # What came with a file has to be given again: on the page of the thing that the address is one of.
    done = urljoin(request.path, "..") if request.FILES else request.get_full_path()
    path = done if request.method != "POST" or request.FILES else _page_before(request)
    kept: dict[str, object] = {"path": path, "needs": needs, "at": time.time()}
    if request.method == "POST" and not any("password" in name for name in request.POST):
        state = {"path": path, "done": done}
        if not request.FILES:
            state["body"] = request.POST.urlencode()
        kept |= {"callback": f"{__name__}.go_on", "state": state}  # allauth calls it once the proof is given
    request.session[STATE_SESSION_KEY] = kept
    return HttpResponseRedirect(Suspended(path, needs).url)


def _page_before(request: HttpRequest) -> str:
    """Where the form was: many addresses take nothing but forms, and cannot be opened once it is forgotten that one was
    sent. Where the browser does not say it, the address itself, or else the home."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc == request.get_host() and _opens(before.path):
        return f"{before.path}?{before.query}" if before.query else before.path
    return request.get_full_path()


def _opens(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return not path.startswith(PROVE)


def suspended(request: HttpRequest) -> Suspended | None:
    """What waits for the proof; after ten minutes it is forgotten, before somebody else comes by and proves it."""
    kept = request.session.get(STATE_SESSION_KEY)
    if not kept:
        return None
    if time.time() - kept.get("at", 0) > FRESH:
        del request.session[STATE_SESSION_KEY]
        return None
    return Suspended(kept["path"], kept["needs"])


def go_on(request: HttpRequest, kept: dict[str, str]) -> HttpResponseBase:
    """Does it, as if it had just been sent; unless the proof was given for something else."""
    wanted = get_next_redirect_url(request)
    if wanted != kept["path"]:
        return HttpResponseRedirect(wanted or get_login_redirect_url(request))
    if "body" not in kept:
        messages.warning(request, AGAIN)
        return HttpResponseRedirect(wanted)
    path, _, query = kept["done"].partition("?")
    found = resolve(path)
    request.POST, request.GET = QueryDict(kept["body"]), QueryDict(query)
    request.path = request.path_info = path
    request.resolver_match = found
    response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return response
