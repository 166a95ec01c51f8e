"""An answer as it arrives: read, checked for where it comes from, kept, and remembered in the browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from seconder.accounts.gate import known
from seconder.core import cookies
from seconder.core.refusals import Invalid, NotAllowed
from seconder.core.responses import SeeOther
from seconder.privacy.choices import questions, signal, standing
from seconder.privacy.choices.choosing import Told, count, keep_for, keep_signal
from seconder.privacy.choices.standing import Answers

WORDS = {"yes": True, "no": False}
BY_PEOPLE = ("banner", "page", "account")
FIELDS = {"all", "surface", "next", "signal", "despite"}
SCRIPT = "script"  # our script heard the signal, which the request did not carry


def answers_of(request: HttpRequest) -> Answers:
    """`all=yes|no`, or `<purpose>=yes|no` for one; `signal=script` where our script heard the signal, which is a no.
    Raises Invalid; NotAllowed for what another site sent, unless it is a plain no."""
    asked = questions.asked()
    said = {name: request.POST[name] for name in asked if name in request.POST}
    if "all" in request.POST:
        said = dict.fromkeys(asked, request.POST["all"])
    unknown = set(request.POST) - FIELDS - set(asked)
    if not said or unknown or set(said.values()) - set(WORDS):
        raise Invalid("Answer yes or no to one of the questions on the page of your choices.")
    answers = {name: WORDS[word] for name, word in said.items()}
    is_signal = request.POST.get("signal") == SCRIPT
    if (is_signal or any(answers.values())) and not _is_ours(request):
        raise NotAllowed(
            "This counts only where it is said on our own pages. Open the page of your choices and say it there."
        )
    return {name: is_yes and not (is_signal and standing.stops(name)) for name, is_yes in answers.items()}


def against_signal(request: HttpRequest, answers: Answers) -> list[questions.Question]:
    """What was answered with yes while the person's own signal says no, and has not been asked about in words."""
    here = standing.of(request)
    is_asked = request.POST.get("despite") == "signal"
    return [
        questions.asked()[name]
        for name, is_yes in answers.items()
        if is_yes and here.heard and standing.stops(name) and not here.allows(name) and not is_asked
    ]


def keep(request: HttpRequest, answers: Answers) -> HttpResponse:
    """For the account where somebody is signed in, else as a number; and in the browser."""
    here, person = standing.of(request), known(request)
    by_script = request.POST.get("signal") == SCRIPT
    if by_script:
        told = Told("signal", SCRIPT)
    else:
        surface = request.POST.get("surface", "page")
        is_over = bool(here.heard) and request.POST.get("despite") == "signal"
        told = Told(surface if surface in BY_PEOPLE else "page", _heard_now(request, here), is_over)
    if person and by_script:
        keep_signal(person, SCRIPT)
    elif person:
        keep_for(person, answers, told)
    else:
        count(answers, told)
    return _remembered(request, {**here.answers, **answers}, by_script=by_script)


def back(request: HttpRequest) -> str:
    """Where the person was, if that is a page of ours; else the page of choices."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else request.path


def _remembered(request: HttpRequest, answers: Answers, *, by_script: bool) -> HttpResponse:
    is_fetched = request.headers.get("Accept") == "application/json"
    response = HttpResponse(status=204) if is_fetched else SeeOther(back(request))
    value = standing.written(answers, by_script=by_script)
    cookies.put(response, settings.CHOICES_COOKIE_NAME, value)
    request.COOKIES[settings.CHOICES_COOKIE_NAME] = value  # what is done on the way out goes by it
    return response


def _heard_now(request: HttpRequest, here: standing.Standing) -> str:
    """By this very browser: "account" is another's word."""
    if signal.heard(request):
        return "header"
    return SCRIPT if here.heard == SCRIPT else ""


def _is_ours(request: HttpRequest) -> bool:
    """Browsers say which page a form was on. The token against forged forms lies in a cookie, and people may choose
    without any, so this stands in its place; a no is taken from anywhere, as it takes nothing from anybody."""
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(sender).netloc == request.get_host()
