"""Recipients that show people advertising elsewhere. There are none; whoever adds one has the start refuse it until
people can say no to it: by a question, by their browser's signal, and on a page that names it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse

from seconder.core.purposes import PURPOSES
from seconder.core.recipients import RECIPIENTS, Recipient
from seconder.privacy.choices import questions

KIND = "advertising"
INDUSTRY = "https://optout.aboutads.info/"  # the Digital Advertising Alliance's own page
PAGES = ("privacy:choices", "privacy:recipients")


def recipients() -> list[Recipient]:
    return [each for each in RECIPIENTS.values() if each.kind == KIND and each.enabled()]


def faults() -> Iterator[str]:
    for each in recipients():
        for purpose in each.purposes:
            use = PURPOSES[purpose]
            if not use.needs_consent or "signal" not in use.stoppable_by:
                yield f"{each.id} advertises for {purpose}, which nobody is asked about or their signal does not stop"
            elif purpose not in questions.asked():
                yield f"{each.id} advertises for {purpose}, and there is no question about it"
        yield from (
            f"{each.id} advertises, and the page {name} that would name it is missing"
            for name in PAGES
            if not _is_there(name)
        )


def _is_there(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
