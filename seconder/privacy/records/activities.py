from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from seconder.core.purposes import Purpose
from seconder.core.recipients import Recipient
from seconder.core.registry import Registry
from seconder.core.taxonomy import label
from seconder.core.vocabulary import Datum

ERASURES = {
    "delete": "deleted",
    "destroy key": "made unreadable",
    "pseudonymise": "kept without a name",
    "restrict": "kept, and closed",
}


@dataclass(frozen=True)
class Kind:
    """One kind of data of an activity: where it stands (`app.model.column`, `cookie …`, `log …`), whose it is, how long
    it is kept and what erasure does with it."""

    category: str
    places: tuple[str, ...]
    subjects: tuple[str, ...]
    sources: tuple[str, ...]
    keeps: tuple[str, ...]
    erasures: tuple[str, ...]

    @property
    def words(self) -> str:
        return label(self.category)

    @property
    def ended(self) -> tuple[str, ...]:
        """What erasure does with it, in words."""
        return tuple(ERASURES[name] for name in self.erasures)


@dataclass(frozen=True)
class Activity:
    """What is done for one purpose. `recipients`: those that this installation's settings name."""

    purpose: Purpose
    kinds: tuple[Kind, ...]
    recipients: tuple[Recipient, ...]

    @property
    def id(self) -> str:
        return self.purpose.id

    def received_by(self, recipient: Recipient) -> tuple[str, ...]:
        """The categories of this activity that it may receive."""
        return tuple(kind.category for kind in self.kinds if kind.category in recipient.categories)


def activities(declared: Registry) -> list[Activity]:
    """In the order of the purposes' names; of purposes for which something is held, or goes to somebody."""
    found = [
        Activity(
            purpose,
            tuple(_kinds(declared, name)),
            tuple(each for each in received(declared) if name in each.purposes),
        )
        for name, purpose in sorted(declared.purposes.items())
    ]
    return [each for each in found if each.kinds or each.recipients]


def received(declared: Registry) -> list[Recipient]:
    """Those who may receive something by this installation's settings."""
    return [each for _, each in sorted(declared.recipients.items()) if each.enabled() and not each.is_local]


def _kinds(declared: Registry, purpose: str) -> Iterable[Kind]:
    by_category: dict[str, list[tuple[str, Datum]]] = defaultdict(list)
    for place, datum in _data(declared):
        if datum.purpose == purpose:
            by_category[datum.category].append((place, datum))
    for category, held in sorted(by_category.items()):
        yield Kind(
            category,
            tuple(sorted(place for place, _ in held)),
            *(
                _each(getattr(datum, name) for _, datum in held)
                for name in ("subject", "source", "keep", "erase")
            ),
        )


def _data(declared: Registry) -> Iterable[tuple[str, Datum]]:
    """What is held in tables, browsers and the log, files and vectors."""
    yield from declared.data.items()
    for cookie in declared.cookies.values():
        yield (
            f"cookie {cookie.name}",
            Datum(
                "user.device.cookie",
                cookie.purpose,
                subject="visitor",
                source="automatic",
                keep=_kept(cookie.kept),
            ),
        )
    for stored in declared.storage.values():
        kept = "until the person clears it"
        yield (
            f"{stored.place} {stored.key}",
            Datum("user.account.settings", stored.purpose, subject="visitor", keep=kept),
        )
    for key in declared.log_keys.values():
        if key.category:
            yield (
                f"log {key.name}",
                Datum(
                    key.category,
                    key.purpose,
                    source="automatic",
                    keep="as long as the operator keeps the log",
                ),
            )
    for prefix in declared.objects.values():
        yield f"files {prefix.name}", prefix.datum
    for store in declared.vectors.values():
        yield f"vectors {store.place}", store.datum


def _kept(seconds: int | None) -> str:
    return (
        "until the browser is closed" if seconds is None else f"{max(1, seconds // 86_400)} d in the browser"
    )


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
