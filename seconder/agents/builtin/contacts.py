"""E-mail addresses, phone numbers and web addresses: whose they are decides which one is taken."""

import re

from seconder.agents.builtin.candidates import Candidate, Reading, neighbours
from seconder.agents.builtin.mentions import Mention
from seconder.agents.builtin.vocabulary import ROLES
from seconder.agents.builtin.wanted import Field

_SENDERS = {"from", "reply-to", "sender", "von", "de"}
_RECIPIENTS = {"to", "cc", "bcc", "an", "à"}
_NOBODY = re.compile(r"no-?reply|donotreply|mailer-daemon|postmaster|unsubscribe|privacy@|abuse@", re.I)
_OPPOSITE = {"vendor": {"buyer", "recipient", "employee", "manager"}, "buyer": {"vendor", "sender"},
             "employee": {"manager", "recipient", "vendor", "buyer"}}  # fmt: skip
_FILLER = {
    "gmbh",
    "inc",
    "ltd",
    "llc",
    "and",
    "the",
    "group",
    "company",
    "corp",
    "supply",
    "services",
    "limited",
}


def contacts(field: Field, reading: Reading) -> list[Candidate]:
    mentions = reading.mentions.of(field.kind)
    found = [
        Candidate(m.start, m.end, m.value, _score(field, reading, m, before, after, mentions))
        for m, before, after in neighbours(mentions)
    ]
    return [candidate for candidate in found if candidate.score > 0]


def _score(
    field: Field, reading: Reading, mention: Mention, before: int, after: int, all_: list[Mention]
) -> float:
    if _NOBODY.search(str(mention.value)):
        return 0.1
    named = reading.named(field, mention, before, after)
    own = [n.tokens & ROLES for n in reading.contexts.naming(mention, before, after)]
    roles = frozenset[str]().union(*own)
    if not field.role or field.role == "contact":
        return max(named, _unclaimed(mention, all_, reading))
    evidence = {role: value for role, value in _evidence(field.role, reading, mention).items() if value}
    for role in roles:
        evidence[role] = max(evidence.get(role, 0), 0.97)
    mine = max(evidence.get(field.role, 0.0), named if field.role in roles else 0.0)
    against = max(
        (value for role, value in evidence.items() if role in _OPPOSITE.get(field.role, set())), default=0.0
    )
    if against > mine:
        return 0.2 * mine
    return mine or _unclaimed(mention, all_, reading) - 0.06


def _unclaimed(mention: Mention, all_: list[Mention], reading: Reading) -> float:
    """An address that nothing claims: the only one in the text, or else the sender's."""
    if len({str(m.value).lower() for m in all_}) == 1:
        return 0.7
    return 0.62 if reading.contexts.header(mention.start) in _SENDERS else 0.3


def _evidence(wanted: str, reading: Reading, mention: Mention) -> dict[str, float]:
    """How strongly the place of an address, and its domain, speak for each role."""
    seen: dict[str, float] = {}
    role, grade = reading.contexts.section_role(mention.start)
    if role:
        seen[role] = grade
    for role, (start, end) in reading.parties.items():
        gap = mention.start - end
        same_line = "\n" not in reading.text[end : mention.start] if 0 <= gap < 70 else False
        if same_line:
            seen[role] = max(seen.get(role, 0), 0.93 - gap / 400)
        elif _of_domain(reading.text[start:end], str(mention.value)):
            seen[role] = max(seen.get(role, 0), 0.82)
    header = reading.contexts.header(mention.start)
    if header in _SENDERS:
        seen.pop("buyer", None)
        mine = wanted if wanted in ("vendor", "employee", "sender", "contact") else "sender"
        seen[mine] = max(
            seen.get(mine, 0), 0.56 if _is_outside(reading, mention) or wanted != "vendor" else 0.35
        )
    elif header in _RECIPIENTS:
        seen["recipient"] = 0.9
    return seen


def _of_domain(name: str, address: str) -> bool:
    """Whether a name and a domain share a word: Brightwater Office Supply and brightwater-office.example."""
    domain = address.rpartition("@")[2].lower()
    flat = re.sub(r"[^a-z0-9]", "", domain.rpartition(".")[0] or domain)
    plain = name.lower().translate(str.maketrans("äöüéèáóíñçß", "aoueeaoinc" + "s"))
    words = [w for w in re.findall(r"[a-z0-9]{3,}", plain) if w not in _FILLER]
    spelled = name.lower().replace("ö", "oe").replace("ä", "ae").replace("ü", "ue")
    words += [w for w in re.findall(r"[a-z0-9]{3,}", spelled) if w not in _FILLER]
    return any(word in flat for word in words)


def _is_outside(reading: Reading, mention: Mention) -> bool:
    """A sender whose domain is also the recipient's writes within the house, and sells nothing to it."""
    own = str(mention.value).rpartition("@")[2].lower()
    others = [m for m in reading.mentions.of("email") if reading.contexts.header(m.start) in _RECIPIENTS]
    return not any(str(m.value).rpartition("@")[2].lower() == own for m in others[:1])
