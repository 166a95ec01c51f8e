"""What every page's banner and foot need, as a context processor: `choices`."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from seconder.privacy.choices import questions
from seconder.privacy.choices.standing import Heard, of

SAID: dict[Heard, str] = {
    "": "",
    "header": "Your browser sends Global Privacy Control. It is honoured: nothing optional is kept or counted.",
    "script": "Your browser shows Global Privacy Control. It is honoured: nothing optional is kept or counted.",
    "account": "A browser of yours sent Global Privacy Control. It is honoured wherever you are signed in.",
}


@dataclass(frozen=True)
class Shown:
    """`asks`: the banner is shown; `asked`: its questions; `back`: where an answer leads."""

    asks: bool
    heard: Heard
    said: str
    asked: list[questions.Question]
    url: str
    back: str


def choices(request: HttpRequest) -> dict[str, SimpleLazyObject[Shown]]:
    """Worked out where a page uses it."""
    return {"choices": SimpleLazyObject(lambda: _shown(request))}


def _shown(request: HttpRequest) -> Shown:
    here, url = of(request), reverse("privacy:choices")
    asks_by_itself = request.path in (url, reverse("privacy:own-choices"))
    return Shown(
        asks=here.asks and not asks_by_itself and request.method in ("GET", "HEAD"),
        heard=here.heard,
        said=SAID[here.heard],
        asked=list(questions.asked().values()),
        url=url,
        back=request.get_full_path() if request.method == "GET" else "",
    )
