"""What people chose, and what their browsers keep of it. Counts of browsers without an account are nobody's."""

from functools import partial

from django.conf import settings

from seconder.core.cookies import Cookie, declare_cookie
from seconder.core.retention import declare_rule
from seconder.core.vocabulary import Datum, declare
from seconder.privacy.choices.questions import AGAIN_AFTER
from seconder.privacy.choices.visits import LASTS, PURPOSE

_CHOICES = "privacy.choices"
_KEPT = "5 years after it was given"
declare_rule(
    _KEPT,
    since="it was given",
    days=5 * 365,
    why="Whoever says that somebody agreed has to show it, for as long as that can be asked.",
)
_ANSWER = partial(
    Datum, "user.privacy_preferences", purpose=_CHOICES, keep=_KEPT, erase="pseudonymise", owner="person_id"
)
declare("privacy.Notice", impersonal="hash purpose mark text first_shown_at")
declare("privacy.ChoiceCount", impersonal="id day notice choice surface signal is_over_signal count")
declare(
    "privacy.Consent",
    impersonal="id seq purpose notice policy_version surface before hash",
    person_id=_ANSWER(source="automatic"),
    choice=_ANSWER(),
    signal=_ANSWER(source="automatic"),
    is_over_signal=_ANSWER(),
    at=_ANSWER(source="automatic"),
)
declare_cookie(
    Cookie(
        settings.CHOICES_COOKIE_NAME,
        _CHOICES,
        "What you chose about cookies that are not needed, without a name or number of yours",
        kept=AGAIN_AFTER * 24 * 3600,
    )
)
declare_cookie(
    Cookie(
        settings.VISIT_COOKIE_NAME,
        PURPOSE,
        "A random number for this visit, only after you said yes",
        kept=LASTS,
        optional=True,
    )
)
