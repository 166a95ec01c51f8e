"""What choices do to every page, on its way out: it is not shared between who sent the signal and who did not; the
signal is kept for the account; the browser follows the account, and asks others only after a yes; and a visit has its
number where there was one."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from seconder.accounts.gate import known
from seconder.core import cookies
from seconder.core.purposes import PURPOSES
from seconder.core.recipients import RECIPIENTS
from seconder.privacy.choices import questions, signal, standing
from seconder.privacy.choices.choosing import keep_signal
from seconder.privacy.choices.visits import visit_of
from seconder.privacy.disclosures import rules

LEAVES = "Clear-Site-Data"  # the header of answers by which somebody signs out


class Choices(MiddlewareMixin):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.has_header(LEAVES):
            _leave(request, response)
        elif response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, [signal.HEADER, "Cookie"])
            _follow(request, response)
            if hosts := _agreed_hosts(request):
                # Read by the middleware of the content security policy, which stands outside of this.
                response._csp_update = {"connect-src": hosts}  # type: ignore[attr-defined]  # its own name
            is_page = request.method == "GET" and response.status_code == 200
            if is_page and "HX-Request" not in request.headers and (visit := visit_of(request)):
                cookies.put(response, settings.VISIT_COOKIE_NAME, visit)
        return response


def _agreed_hosts(request: HttpRequest) -> list[str]:
    """Whom the browser may ask besides us: recipients that are on and not stopped, for what the person said yes to."""
    open_to = [each for each in RECIPIENTS.values() if each.browser_hosts and each.enabled()]
    if not open_to:
        return []
    here, stopped = standing.of(request), rules.current().stopped
    return sorted(
        f"https://{host}"
        for each in open_to
        for host in each.browser_hosts
        if each.id not in stopped
        and any(PURPOSES[use].needs_consent and here.allows(use) for use in each.purposes)
    )


def _follow(request: HttpRequest, response: HttpResponseBase) -> None:
    """The account's choice, in the browser too, so that pages on which nobody is known keep to it."""
    person = known(request)
    if person is None:
        return
    if person.signal_at is None and signal.heard(request):
        keep_signal(person, "header")
    answers = standing.of_account(person)
    in_browser, by_script = standing.read(request.COOKIES.get(settings.CHOICES_COOKIE_NAME, ""))
    if set(answers) >= set(questions.asked()) and answers != in_browser and questions.asked():
        cookies.put(response, settings.CHOICES_COOKIE_NAME, standing.written(answers, by_script=by_script))


def _leave(request: HttpRequest, response: HttpResponseBase) -> None:
    """A yes leaves with who said it: the next person at this browser is asked themselves."""
    answers, _ = standing.read(request.COOKIES.get(settings.CHOICES_COOKIE_NAME, ""))
    if any(answers.values()):
        for name in (settings.CHOICES_COOKIE_NAME, settings.VISIT_COOKIE_NAME):
            cookies.drop(response, name)
