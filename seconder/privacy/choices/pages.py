"""What the two pages of choices show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from django.http import HttpRequest

from seconder.accounts.gate import known
from seconder.core.cookies import COOKIES
from seconder.core.purposes import PURPOSES
from seconder.privacy.choices import advertising, questions, standing
from seconder.privacy.choices.questions import Question
from seconder.privacy.models import Consent

SURFACES = {
    "banner": "on the banner",
    "page": "on the page of choices",
    "account": "in your account",
    "signal": "by your browser's signal",
}


class Asked(TypedDict):
    """`answer`: yes, no, or "" where nothing was said; `holds`: whether it is done just now."""

    question: Question
    answer: str
    holds: bool


def shown(request: HttpRequest) -> dict[str, object]:
    here = standing.of(request)
    return {
        "asked": [_asked(question, here) for question in questions.asked().values()],
        "heard": here.heard,
        "person": known(request),
        "needed": [cookie for cookie in COOKIES.values() if not cookie.optional],
        "advertisers": advertising.recipients(),
        "industry": advertising.INDUSTRY,
    }


def _asked(question: Question, here: standing.Standing) -> Asked:
    said = here.answers.get(question.purpose)
    return {
        "question": question,
        "answer": "" if said is None else "yes" if said else "no",
        "holds": here.allows(question.purpose),
    }


def history(rows: Iterable[Consent]) -> list[dict[str, object]]:
    """Newest first."""
    return [
        {
            "row": row,
            "question": row.notice.text.splitlines()[0],
            "words": PURPOSES[row.purpose].words if row.purpose in PURPOSES else row.purpose,
            "where": SURFACES[row.surface],
        }
        for row in rows
    ]
