"""What the policy speaks of, as facts: read from the declarations and from this installation's settings.

The facts are plain JSON, in an order that follows from nothing but themselves, so that the same declarations and
settings give the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings

from seconder.core import data_map, geography
from seconder.core.cookies import COOKIES, STORAGE
from seconder.core.json import JSON, Object
from seconder.core.purposes import PURPOSES, Purpose
from seconder.core.recipients import RECIPIENTS, Recipient
from seconder.core.retention import RULES
from seconder.core.vocabulary import Datum
from seconder.privacy.clauses import CLAUSES

EMPTY = "never stored"  # a column of somebody else's program in which there is nothing


def of_installation() -> Object:
    """What this installation does, with those who receive data by its settings."""
    enabled = [each for each in RECIPIENTS.values() if each.enabled() and not each.is_local]
    return {
        **_facts([(each, each.reached) for each in enabled]),
        "controller": {
            "name": settings.PRIVACY_CONTROLLER or "",
            "address": settings.PRIVACY_ADDRESS or "",
            "contact": list(settings.PRIVACY_CONTACT),
            "officer": list(settings.PRIVACY_OFFICER),
            "representative": settings.PRIVACY_REPRESENTATIVE or "",
            "country": settings.COUNTRY or "",
            "site": settings.BASE_URL,
        },
        "security": list(settings.SECURITY_CONTACT),
        "attribution": geography.attribution(),
        "notice_days": settings.PRIVACY_NOTICE_DAYS,
    }


def of_code() -> Object:
    """What the code can do, whatever the settings: every recipient that is declared."""
    return _facts([(each, each.hosts) for each in RECIPIENTS.values()])


def _facts(recipients: list[tuple[Recipient, tuple[str, ...]]]) -> Object:
    """`recipients`: each with the hosts at which it is."""
    from seconder.accounts.identity.declarations import OLD_ENOUGH  # forms, which models must not wait for

    recipients = sorted(recipients, key=lambda each: each[0].id)
    cookies: Object = {name: _cookie(name) for name in sorted(COOKIES)}
    cookies |= {key: _storage(key) for key in sorted(STORAGE)}
    data = _data()
    return {
        "data": data,
        "purposes": {
            name: _purpose(PURPOSES[name]) for name in _used(data, [each for each, _ in recipients], cookies)
        },
        "recipients": {each.id: _recipient(each, hosts) for each, hosts in recipients},
        "cookies": cookies,
        "clauses": {clause.id: clause.words for clause in CLAUSES.values()},
        "age": OLD_ENOUGH,
    }


def _data() -> Object:
    """By kind of data; what nobody ever writes is none."""
    found: dict[str, list[Datum]] = defaultdict(list)
    for table in data_map.data_map().values():
        for datum in table.values():
            if datum and datum.keep != EMPTY:
                found[datum.category].append(datum)
    return {category: _datum(found[category]) for category in sorted(found)}


def _datum(all_of_kind: list[Datum]) -> Object:
    return {
        "sources": _sorted(each.source for each in all_of_kind),
        "subjects": _sorted(each.subject for each in all_of_kind),
        "purposes": _sorted(each.purpose for each in all_of_kind),
        "kept": {
            keep: {"words": RULES[keep].words, "days": RULES[keep].days}
            for keep in sorted({each.keep for each in all_of_kind})
        },
        "erased": _sorted(each.erase for each in all_of_kind),
    }


def _used(data: Object, recipients: list[Recipient], cookies: Object) -> list[str]:
    """A purpose that nothing is used for is none of this policy's: `ai.training` is declared so that it can be
    refused."""
    names = {name for each in recipients for name in each.purposes}
    names |= {str(each["purpose"]) for each in cookies.values() if isinstance(each, dict)}
    for each in data.values():
        assert isinstance(each, dict)  # as `_datum` makes it
        names.update(map(str, each["purposes"]))  # type: ignore[arg-type]  # a list of them
    return sorted(names)


def _purpose(purpose: Purpose) -> Object:
    return {
        "words": purpose.words,
        "use": purpose.use,
        "bases": dict(sorted(purpose.bases.items())),
        "needs_consent": purpose.needs_consent,
        "stoppable_by": _sorted(purpose.stoppable_by),
    }


def _recipient(recipient: Recipient, hosts: tuple[str, ...]) -> Object:
    return {
        "name": recipient.name,
        "entity": recipient.entity,
        "kind": recipient.kind,
        "role": recipient.role,
        "categories": _sorted(recipient.categories),
        "purposes": _sorted(recipient.purposes),
        "hosts": _sorted(hosts),
        "countries": _sorted(recipient.countries),
        "transfer": recipient.transfer,
        "fallback": recipient.fallback,
        "agreement": recipient.agreement,
        "since": recipient.since.isoformat() if recipient.since else "",
    }


def _cookie(name: str) -> Object:
    cookie = COOKIES[name]
    return {
        "purpose": cookie.purpose,
        "what": cookie.what,
        "kept": cookie.kept,
        "optional": cookie.optional,
        "http_only": cookie.http_only,
        "place": "cookie",
    }


def _storage(key: str) -> Object:
    kept = STORAGE[key]
    return {
        "purpose": kept.purpose,
        "what": kept.what,
        "kept": None,
        "optional": False,
        "http_only": False,
        "place": kept.place,
    }


def _sorted(words: Iterable[str]) -> list[JSON]:
    return [*sorted(set(words))]
