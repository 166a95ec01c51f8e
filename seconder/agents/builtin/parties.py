"""Names of people and organizations: behind a label, in a sentence with `from` or `by`, in a mail's header,
in a letterhead."""

import re
from collections.abc import Iterator
from itertools import islice

from seconder.agents.builtin.candidates import Candidate, Reading
from seconder.agents.builtin.vocabulary import KNOWN, ROLES, likeness, token_list
from seconder.agents.builtin.wanted import Field

_SUFFIX = (
    r"(?:GmbH(?: & Co\.? KG)?|mbH|AG|KG|KGaA|OHG|UG|SE|e\.?K\.?|Inc\b\.?|Incorporated|Ltd\b\.?|Limited|LLC"
    r"|L\.L\.C\.|LLP|PLC|plc"
    r"|Corp\b\.?|Corporation|Co\b\.|Company|S\.?A\.?R\.?L\.?|SAS|S\.A\.S\.|S\.A\.|SA|B\.V\.|BV|N\.V\.|NV|S\.p\.A\."
    r"|SpA|S\.r\.l\.|Srl"
    r"|S\.L\.|SL|Oy|AB|ASA|AS|A/S|ApS|Pty\.? Ltd\.?|Kft\.?|s\.r\.o\.|a\.s\.|Sp\. z o\.o\.|Group|Holdings?|Partners"
    r"|Pvt\.? Ltd\.?)"
)
_WORD = r"[A-ZÀ-ÖØ-ÞĀ-Ž0-9][\w&.'’+/-]*"
_LINK = r"(?:&|and|und|of|the|van|von|de|der|du|la|et|y|e)"
_NAME = rf"(?!\d){_WORD}(?:[ ](?:{_WORD}|&|{_LINK}(?=[ ]{_WORD}))){{0,6}}(?:,? {_SUFFIX})?"
_ENDS_WITH_SUFFIX = re.compile(rf"(?:^|[\s,]){_SUFFIX}$", re.I)
_ORGANIZATION = re.compile(
    rf"(?<![\w@.-])({_WORD}(?:[ ](?:{_WORD}|&|{_LINK}(?=[ ]{_WORD}))){{0,5}},? {_SUFFIX})(?![\w-])"
)
_CUT = re.compile(
    r"\s+[(\[<]|\s*[(<\[]|;|\t|\s{2,}|\s\|\s|\s[-–—/]\s|\s?,\s(?!(?:Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|Corp|S\.A|PLC"
    r"|LLP|Co\.)\b)|,$"
    r"|\s(?=[\w.+-]{1,64}@)|\s(?:at|who|which|has|have|is|are|was|for|in the|we|will|dated|about|regarding|e-?mail"
    r"|total|tel|phone|over)\s"
    r"|(?<=[a-zß-ÿ]{2})(?<!\bInc)(?<!\bLtd)(?<!\bCorp)(?<!\bBros)[.!?](?=\s+[A-Z])"
    r"|(?<=\.)\s+(?=(?:The|We|It|Please|They|Their|This|That|Our|You|Your|I|He|She|In|On|At|For|Total|Amount"
    r"|Contact|Can|All|And)\b)"
)
# A cue with its worth and the words that it may end with (any, when none are given).
_CUES: dict[str, list[tuple[str, float, str]]] = {
    "vendor": [
        (r"(?:[Ss]upplier|[Vv]endor|[Ss]eller|[Mm]erchant|[Pp]rovider|[Cc]ontractor|Lieferant|Anbieter"
         r"|[Ff]ournisseur)(?: is| was|,)? ", 0.86, ""),
        (r"(?:[Ss]upplied|[Ii]ssued|[Ii]nvoiced|[Bb]illed|[Ss]old|[Oo]ffered|[Qq]uoted|[Ss]ent|[Pp]rovided"
         r"|[Dd]elivered) by ", 0.82, "by"),
        (r"(?:[Ii]nvoice|[Oo]rder|[Qq]uote|[Qq]uotation|[Oo]ffer|[Bb]ill|[Pp]roposal|PO"
         r"|[\w-]*\d[\w/-]*),? (?:dated [\w .,/-]{4,20} )?(?:from|by|von|de) ", 0.82, "from by von de"),
        (r"(?:[Oo]rder(?:ed|ing)?|[Bb]uy(?:ing)?|[Bb]ought|[Pp]urchased?"
         r"|[Pp]urchasing)[^.;:\n]{0,60}? from ", 0.82, "from"),
        (r"\b(?:[Oo]rder|PO|[\w-]*\d[\w/-]*) (?:is )?(?:placed )?(?:with|to|at|bei|an) ", 0.72, "with to at bei an"),
        (r"\b(?:[Pp]urchase order|PO|[Oo]rder) #?[\w-]*\d[\w/-]* for ", 0.62, "for"),
        (r"\b(?:[Pp]ay|[Pp]ayment to|[Pp]ayable to|[Rr]emit to|[Tt]ransfer to) ", 0.68, "to pay"),
        (r"\b(?:[Ff]rom|[Vv]on) ", 0.66, "from von"),
        (r"\b(?:by|with|at|bei) ", 0.52, "by with at bei"),
    ],
    "buyer": [
        (r"(?:[Cc]ustomer|[Cc]lient|[Bb]uyer|[Pp]urchaser|Kunde)(?: is| was|,)? ", 0.86, ""),
        (r"(?:[Bb]ill(?:ed)?|[Ss]hip(?:ped)?|[Ss]old|[Ii]nvoiced?|[Dd]eliver(?:ed)?) to ", 0.82, "to"),
        (r"(?:[Oo]rdered|[Pp]urchased|[Pp]laced) by ", 0.8, "by"),
        (r"\b(?:for|on behalf of) ", 0.58, "for of"),
    ],
    "employee": [
        (r"(?:[Ee]mployee|[Cc]laimant|[Tt]ravell?er|[Rr]equester|[Cc]olleague)(?: is| was|,)? ", 0.86, ""),
        (r"(?:[Ss]ubmitted|[Cc]laimed|[Ff]iled|[Rr]equested|[Ss]ent|[Pp]repared|[Ii]ncurred|[Pp]aid) by ", 0.84, "by"),
        (r"(?:[Ee]xpenses?|[Rr]eport|[Cc]laim|[Rr]eimbursement|[Rr]eimburse|[Rr]equest)(?: \w+)? (?:of|from|by"
         r"|for) ", 0.76, "of from by for"),
        (r"\b(?:I am|[Mm]y name is|[Tt]his is|I,) ", 0.8, "am is i"),
        (r"\b(?:[Ff]rom|[Bb]y) ", 0.6, "from by"),
    ],
    "manager": [(r"(?:[Mm]anager|[Aa]pprover|[Ss]upervisor)(?: is| was"
                 r"|,)? ", 0.85, ""), (r"[Aa]pproved by ", 0.85, "by")],
    "contact": [(r"(?:[Cc]ontact|[Aa]sk|[Cc]all|[Aa]ttn\.?:?|[Rr]each)(?: person)? ", 0.75, "")],
}  # fmt: skip
_COMPILED = {
    role: [
        (
            re.compile(rf"(?<![\w-]){cue}\Z"),
            score,
            tuple(f"{word}{mark}" for word in ends.split() for mark in (" ", ", ")),
        )
        for cue, score, ends in cues
    ]
    for role, cues in _CUES.items()
}
# The word before a name; only behind one of these is a cue looked for.
_LEAD = re.compile(
    r"(?<![\w-])(?P<lead>(?:[Ff]rom|[Bb]y|[Ww]ith|[Tt]o|[Aa]t|[Ff]or|[Oo]f|is|was|am|von|de|bei|an|[Ii]|[Ii]s"
    r"|[Pp]ay|[Pp]erson"
    r"|[Ss]upplier|[Vv]endor|[Ss]eller|[Mm]erchant|[Pp]rovider|[Cc]ontractor|Lieferant|Anbieter|[Ff]ournisseur"
    r"|[Cc]ustomer"
    r"|[Cc]lient|[Bb]uyer|[Pp]urchaser|Kunde|[Ee]mployee|[Cc]laimant|[Tt]ravell?er|[Rr]equester|[Cc]olleague|[Mm]anager"
    r"|[Aa]pprover|[Ss]upervisor|[Cc]ontact|[Aa]sk|[Cc]all|[Rr]each|[Aa]ttn\.?:?),? )"
    r"(?:the )?(?:company |firm |our |vendor |supplier |seller |messrs\.? )?"
    rf"(?P<name>{_NAME})"
)
_ACTS = re.compile(
    rf"(?<![\w-])({_NAME})(?:,? \([^()\n]{{1,60}}\),?| <[^<>\n]{{1,60}}>)? (?:has |have |had |is |are |will |would "
    rf"|now )?"
    r"(?:sent|sends?|quot(?:ed?|es|ing)|offer(?:s|ed|ing)?|charg(?:es?|ed|ing)|invoic(?:es|ed|ing)|bill(?:s|ed|ing)"
    r"|suppl(?:y|ies|ied|ying)|deliver(?:s|ed|ing)?|sell(?:s|ing)?|want(?:s)?|asks?|can (?:deliver|supply)|here)\b"
)
_HEADER_NAME = re.compile(r"(?:From|Von|De)\s?:\s*\"?([^\"<>@\n]{2,80}?)\"?\s*<[^<>\s]+@([^<>\s]+)>", re.I)
_NOT_A_NAME = re.compile(
    r"(?:PO|Purchase|Order|Invoice|Dear|Hello|Hi|The|Total|Please|January|February|March|April|May|June|July|August"
    r"|September"
    r"|October|November|December|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"
    r"|Sunday|USD|EUR"
    r"|GBP|CHF|VAT|We|It|You|Your|My|Their|His|Her|They|He|She|Who|All|Any|Each|No|Yes|Our|This|That|Germany|Berlin"
    r"|Q[1-4]|Thanks|Regards|Best|Kind|Subject|Date|Re|Fwd|FW|RE|I)\b"
)


def parties(field: Field, reading: Reading) -> list[Candidate]:
    role = field.role or next((role for name in field.names for role in sorted(name & ROLES)), "")
    found = list(_labelled(field, reading))
    if role:
        found += _in_sentences(role, reading)
        found += _headers(role, reading)
    if role == "vendor" and max((c.score for c in found), default=0) < 0.7:
        found += _organizations(reading)
    return found


def _labelled(field: Field, reading: Reading) -> Iterator[Candidate]:
    for pair in reading.pairs.all:
        score = pair.grade * max(likeness(name, pair.tokens, field.implied) for name in field.names)
        if not score and not _is_mail_header(reading, pair.start):
            score = _by_from(field, pair.label, swapped=reading.contexts.buyer_writes)
        if not score and field.role and pair.tokens in (frozenset({"name"}), frozenset({"company"})):
            score = 0.62 * pair.grade
        if score >= 0.4 and (span := trimmed(reading.text, pair.start, pair.end)):
            yield _candidate(reading, span, score)


def _is_mail_header(reading: Reading, position: int) -> bool:
    """`From: Mara Lind <mara@lind.example>` names who wrote, which `_headers` weighs."""
    line = reading.document.lines[reading.document.line_index(position)].text
    return bool(re.match(r"(?:From|To|Cc|Von|An)\s?:[^<]*<[^>]*@", line))


def _by_from(field: Field, label: str, *, swapped: bool) -> float:
    """`From: Acme GmbH` above an invoice is who sells, and above an order who buys (`swapped`)."""
    label = label.strip().lower()
    if swapped and label in ("from", "to", "von", "an"):
        label = {"to": "from", "an": "von"}.get(label, "to")
    if label in ("from", "von", "de", "absender", "sender"):
        return 0.8 if field.names[0] & {"vendor", "sender", "employee"} else 0.0
    return 0.7 if label in ("to", "an") and field.names[0] & {"buyer", "recipient"} else 0.0


def _candidate(reading: Reading, span: tuple[int, int], score: float) -> Candidate:
    value = " ".join(reading.text[span[0] : span[1]].split())
    return Candidate(span[0], span[1], value, score)


def _leads(reading: Reading) -> list[re.Match[str]]:
    """The names behind a leading word, found once for all roles."""
    if "leads" not in reading.found:
        reading.found["leads"] = list(islice(_LEAD.finditer(reading.text[:60_000]), 400))
    return reading.found["leads"]


def _in_sentences(role: str, reading: Reading) -> Iterator[Candidate]:
    text = reading.text[:60_000]
    for found in _leads(reading):
        left = text[max(0, found.start() - 90) : found.end("lead")]
        lead = found["lead"].lower()
        for number, (cue, score, ends) in enumerate(_COMPILED.get(role, [])):
            if (ends and not lead.endswith(ends)) or not cue.search(left if ends else left[-28:]):
                continue
            span = trimmed(text, found.start("name"), found.end("name"))
            if span and _named_elsewhere(reading, found.start(), role):
                at_end = bool(_ENDS_WITH_SUFFIX.search(text[span[0] : span[1]]))
                yield _candidate(reading, span, min(0.9, score + (0.08 if at_end else 0)) - 0.001 * number)
            break
    if role == "vendor":
        for found in _ACTS.finditer(text):
            if span := trimmed(text, found.start(1), found.end(1)):
                yield _candidate(reading, span, 0.74)


def _named_elsewhere(reading: Reading, position: int, role: str) -> bool:
    """False inside the value of a label of somebody else, and in the header of a mail."""
    if reading.contexts.header(position):
        return False
    pair = reading.pairs.at(position)
    others = (pair.tokens & ROLES) - {role} if pair else frozenset()
    return not others


def _headers(role: str, reading: Reading) -> Iterator[Candidate]:
    if role not in ("vendor", "employee", "sender", "contact"):
        return
    for found in _HEADER_NAME.finditer(reading.text[:4000]):
        span = trimmed(reading.text, found.start(1), found.end(1))
        if not span:
            continue
        words = [word for word in re.findall(r"[a-z0-9]{3,}", found[1].lower()) if word not in ("the", "and")]
        of_domain = any(word in found[2].lower() for word in words)
        is_firm = bool(_ENDS_WITH_SUFFIX.search(found[1].strip()))
        if role == "vendor":
            yield _candidate(reading, span, 0.8 if is_firm else 0.56 if of_domain else 0.3)
        else:
            yield _candidate(reading, span, 0.3 if is_firm else 0.66)


def _organizations(reading: Reading) -> Iterator[Candidate]:
    """The only organization by its form (Ltd, GmbH) that is not somebody else by its label."""
    names: dict[str, tuple[int, int]] = {}
    for found in _ORGANIZATION.finditer(reading.text[:60_000]):
        role, _ = reading.contexts.section_role(found.start())
        pair = reading.pairs.at(found.start())
        labels = pair.tokens if pair else frozenset()
        if role in ("buyer", "recipient") or labels & {"buyer", "recipient", "bank", "carrier"}:
            continue
        if reading.contexts.header(found.start()) in ("to", "cc", "an"):
            continue
        if span := trimmed(reading.text, found.start(1), found.end(1)):
            names.setdefault(reading.text[span[0] : span[1]].casefold(), span)
    for number, span in enumerate(names.values()):
        alone = len(names) == 1
        top = number == 0 and reading.document.line_index(span[0]) <= 1
        yield _candidate(reading, span, 0.66 if alone else 0.58 if top else 0.4)


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name at the beginning of `text[start:end]`, without what follows it; None when there is none."""
    value = text[start:end]
    lead = len(value) - len(value.lstrip(" \t*_`\"“”„'‘’("))
    value = value[lead:]
    if cut := _CUT.search(value):
        value = value[: cut.start()]
    value = value.rstrip(" \t,;:*_`\"“”'‘’)")
    if value.endswith(".") and not re.search(
        r"(?:Inc|Ltd|Co|Corp|[A-Za-z]\.[A-Za-z]|o\.o|Kft|Jr|Sr)\.$", value, re.I
    ):
        value = value.rstrip(".")
    if not _is_name(value):
        return None
    return start + lead, start + lead + len(value)


def _is_name(value: str) -> bool:
    if not 2 <= len(value) <= 80 or "@" in value or "://" in value or not any(map(str.isalpha, value)):
        return False
    tokens = token_list(value)
    if tokens and all(token in KNOWN for token in tokens):
        return False
    if _NOT_A_NAME.match(value) and not _ENDS_WITH_SUFFIX.search(value):
        return False
    letters = sum(map(str.isalpha, value))
    return letters * 2 > len(value) and (value[0].isupper() or value[0].isdigit() or len(value.split()) <= 4)
