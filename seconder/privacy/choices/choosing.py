"""Keeping a choice: for an account as rows of the ledger, without one as a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from django.db import transaction

from seconder.accounts import notice as policy
from seconder.accounts.models import Person
from seconder.core.clock import now
from seconder.privacy.choices import questions
from seconder.privacy.choices.standing import stops
from seconder.privacy.models import ChoiceCount, Consent, Notice

log = structlog.get_logger()


@dataclass(frozen=True)
class Told:
    """Where it was said: `surface` banner, page, account or signal; `signal` header or script, where the browser's own
    word stood beside it; `is_over_signal`: a yes all the same, after being asked in words."""

    surface: str
    signal: str = ""
    is_over_signal: bool = False


def keep_for(person: Person, answers: Mapping[str, bool], told: Told) -> None:
    """For the account: it holds wherever the person is signed in, and for what is done without them."""
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        _add(row, answers, told)
        row.save(update_fields=["choices"])
    person.choices = row.choices


def keep_signal(person: Person, heard: str) -> None:
    """Once for each account: the browser's no is the person's, elsewhere and later too."""
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person.pk)
        if row.signal_at is None:
            row.signal_at = now()
            stopped = {purpose: False for purpose in questions.asked() if stops(purpose)}
            _add(row, stopped, Told("signal", heard))
            row.save(update_fields=["choices", "signal_at"])
    person.choices, person.signal_at = row.choices, row.signal_at


def count(answers: Mapping[str, bool], told: Told) -> None:
    """Of a browser without an account."""
    for purpose, is_yes in answers.items():
        ChoiceCount(
            day=now().date(),
            notice=Notice.of(questions.asked()[purpose]),
            choice=_word(is_yes),
            surface=told.surface,
            signal=told.signal,
            is_over_signal=told.is_over_signal and is_yes,
        ).add()


def _add(row: Person, answers: Mapping[str, bool], told: Told) -> None:
    """The rows of the ledger, and on the person what pages go by."""
    for purpose, is_yes in answers.items():
        made = Consent(
            person_id=row.pk,
            purpose=purpose,
            choice=_word(is_yes),
            notice=Notice.of(questions.asked()[purpose]),
            policy_version=policy.accepted(),
            surface=told.surface,
            signal=told.signal,
            is_over_signal=told.is_over_signal and is_yes,
        ).add()
        row.choices = {
            **row.choices,
            purpose: [made.notice.mark, is_yes, made.at.date().isoformat()],
        }
        if made.is_over_signal:
            log.info("choice.over_signal", person=str(row.pk), kind=purpose)


def _word(is_yes: bool) -> str:  # noqa: FBT001  the whole of it
    return "given" if is_yes else "refused"
