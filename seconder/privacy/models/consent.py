"""The ledger of choices. Rows are added and never changed (a trigger refuses it); each holds the hash of the last."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import connection, models, transaction

from seconder.accounts.models import Person
from seconder.core.clock import now, rfc3339
from seconder.core.ids import new_id
from seconder.core.json import Object
from seconder.events.link import GENESIS, link
from seconder.privacy.choices import questions

CHOICES = ("given", "refused")
SURFACES = ("banner", "page", "account", "signal")
SIGNALS = ("", "header", "script")


class Notice(models.Model):
    """What was shown to those who answered, word for word, under its SHA-256."""

    hash = models.TextField(primary_key=True)
    purpose = models.TextField()
    mark = models.TextField()  # of what a yes allows (`questions.mark`)
    text = models.TextField()
    first_shown_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.hash

    @classmethod
    def of(cls, question: questions.Question) -> Notice:
        found, _ = cls.objects.get_or_create(
            hash=questions.notice_hash(question),
            defaults={
                "purpose": question.purpose,
                "mark": questions.mark(question.purpose),
                "text": questions.notice(question),
            },
        )
        return found


class ConsentQuerySet(models.QuerySet["Consent"]):
    def of(self, person_id: uuid.UUID) -> ConsentQuerySet:
        """Newest first."""
        return self.filter(person_id=person_id).order_by("-seq")


class Consent(models.Model):
    """One answer of one person to one question: yes or no. `signal`: the browser's own word (Global Privacy Control)
    that stood against, or for, it; `is_over_signal`: the person was told so in words and said yes all the same."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seq = models.BigIntegerField(unique=True)
    person_id = models.UUIDField()  # no foreign key: after an erasure it points to nobody
    purpose = models.TextField()
    choice = models.TextField()
    notice = models.ForeignKey(Notice, models.PROTECT)
    policy_version = models.TextField()
    surface = models.TextField()
    signal = models.TextField(default="")
    is_over_signal = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)
    before = models.BinaryField()
    hash = models.BinaryField()

    objects = models.Manager.from_queryset(ConsentQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(choice__in=CHOICES), name="consent_choice_known"),
            models.CheckConstraint(condition=models.Q(surface__in=SURFACES), name="consent_surface_known"),
            models.CheckConstraint(condition=models.Q(signal__in=SIGNALS), name="consent_signal_known"),
        ]
        indexes = [models.Index(fields=["person_id", "purpose", "-seq"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.choice}"

    @classmethod
    def given(cls, person: Person | uuid.UUID, purpose: str) -> bool:
        """Whether this person's latest answer is a yes to what is asked today, and no older than people are asked
        anew."""
        person_id = person.pk if isinstance(person, Person) else person
        if purpose not in questions.asked():
            return False
        last = cls.objects.of(person_id).filter(purpose=purpose).select_related("notice").first()
        return last is not None and last.choice == "given" and last.stands

    @property
    def stands(self) -> bool:
        """Whether the question is still the same, and the answer not too old."""
        is_young = self.at > now() - timedelta(days=questions.AGAIN_AFTER)
        return is_young and self.notice.mark == questions.mark(self.purpose)

    @property
    def entry(self) -> Object:
        """The row as it is hashed, and as its receipt says it."""
        return {
            "seq": self.seq,
            "id": str(self.pk),
            "person": str(self.person_id),
            "purpose": self.purpose,
            "choice": self.choice,
            "notice": self.notice_id,
            "policy_version": self.policy_version,
            "surface": self.surface,
            "signal": self.signal,
            "over_signal": self.is_over_signal,
            "at": rfc3339(self.at),
        }

    def add(self) -> Consent:
        """Puts the row at the end of the chain, one writer after the other."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('privacy.consent'))")
            last = type(self).objects.order_by("-seq").first()
            self.seq = last.seq + 1 if last else 1
            self.before = bytes(last.hash) if last else GENESIS
            self.hash = link(self.before, self.entry)
            self.save(force_insert=True)
        return self


def broken() -> str:
    """Where the ledger is not what was written: a sentence, or "". What is older than is kept has gone from its
    beginning, so the first row is taken as it stands."""
    last: Consent | None = None
    for row in Consent.objects.order_by("seq").iterator(chunk_size=1000):
        if last and (row.seq != last.seq + 1 or bytes(row.before) != bytes(last.hash)):
            return f"Between {last.seq} and {row.seq} of the ledger of choices something is missing."
        if bytes(row.hash) != link(bytes(row.before), row.entry):
            return f"Row {row.seq} of the ledger of choices was changed."
        last = row
    return ""


class ChoiceCount(models.Model):
    """How many browsers without an account answered so on a day: a number, and nobody's."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    notice = models.ForeignKey(Notice, models.PROTECT)
    choice = models.TextField()
    surface = models.TextField()
    signal = models.TextField(default="")
    is_over_signal = models.BooleanField(default=False)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "notice", "choice", "surface", "signal", "is_over_signal"],
                name="choice_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.choice} {self.count}"

    def add(self) -> None:
        """One more."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO privacy_choicecount (day, notice_id, choice, surface, signal, is_over_signal, count) "
                "VALUES (%s, %s, %s, %s, %s, %s, 1) ON CONFLICT "
                "(day, notice_id, choice, surface, signal, is_over_signal) "
                "DO UPDATE SET count = privacy_choicecount.count + 1",
                [self.day, self.notice_id, self.choice, self.surface, self.signal, self.is_over_signal],
            )
