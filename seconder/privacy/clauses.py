"""The clauses of the policy that this build covers: in our words, with what each one rests on.

A clause rests on declarations: purposes (`core.purposes`), kinds of data (fideslang keys of the data map) and classes
of recipients (`core.recipients`). Tests name the clauses that they prove, `@pytest.mark.clause("K-04")`; a clause
without a declaration or without a test fails the build. What is not covered stands in `unclaimed.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """`id`: the letter and number by which it is known everywhere · `words`: what the reader is promised · `purposes`,
    `data`, `recipients`: what it rests on."""

    id: str
    words: str
    purposes: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


_CHOICES = ("user.privacy_preferences",)
_CONTENT = ("user.content.private",)
_ALL = (
    # The policy itself
    Clause("P-01", "Every page, form and mail leads to the policy that is in force.", data=_CHOICES),
    Clause(
        "P-02",
        "Where an organization has signed an agreement about its people's data, that agreement is kept here, and it "
        "goes before this policy.",
        purposes=("service.record",),
    ),
    Clause(
        "P-03",
        "Each version of this policy has a date and a fingerprint. It never changes. Every one of them can be read.",
        data=_CHOICES,
    ),
    Clause("P-04", "A change is a new version, with its date and a summary of what is new.", data=_CHOICES),
    Clause(
        "P-05",
        "You are told of a change that matters before it counts: here in the product, and by mail.",
        purposes=("service.notifications",),
    ),
    Clause(
        "P-06",
        "Organizations with an agreement, and whoever asks for it, are told before somebody new gets data.",
        purposes=("service.notifications",),
        data=("user.contact.email",),
    ),
    # What people give
    Clause(
        "C-01",
        "Signing up asks for an e-mail address, a username and a way to sign in. Nothing else is taken.",
        purposes=("service.accounts",),
        data=("user.contact.email", "user.account.username"),
    ),
    Clause(
        "C-05", "You can change your name at any time.", purposes=("service.accounts",), data=("user.name",)
    ),
    Clause(
        "C-06",
        "A new e-mail address counts once you have proved that it is yours. The old one is told.",
        purposes=("service.accounts",),
        data=("user.contact.email",),
    ),
    Clause(
        "C-08",
        "A username that was yours is never given to anybody else.",
        purposes=("service.accounts",),
        data=("user.account.username",),
    ),
    Clause(
        "C-10",
        "What you write is always treated as personal. It is stored encrypted and stands in no log.",
        purposes=("service.runs",),
        data=_CONTENT,
    ),
    # Collected automatically
    Clause(
        "A-01",
        "Your full network address is never stored. A shortened one is kept for security, for 30 days.",
        purposes=("service.security",),
        data=("user.device.ip_address",),
    ),
    Clause(
        "A-02",
        "Of your browser only the name and main version are kept.",
        purposes=("service.security",),
        data=("user.device",),
    ),
    Clause(
        "A-03",
        "Of your system only the name and main version are kept.",
        purposes=("service.security",),
        data=("user.device",),
    ),
    Clause(
        "A-04",
        "Of your device only the kind is kept: computer, phone or tablet.",
        purposes=("service.security",),
        data=("user.device",),
    ),
    Clause(
        "D-01",
        "From a network address nothing finer than the country is worked out.",
        purposes=("service.security",),
        data=("user.location.imprecise",),
    ),
    Clause(
        "K-02",
        "Our mails hold no hidden picture that tells whether they were read.",
        purposes=("service.notifications",),
    ),
    Clause(
        "K-06",
        "Links in our mails lead straight to this site. No one counts who follows them.",
        purposes=("service.notifications",),
    ),
    Clause(
        "S-03",
        "If you sign in through another service, only who you are there is taken over, and no profile.",
        purposes=("service.accounts",),
        data=("user.unique_id",),
    ),
    # Choices
    Clause(
        "A-05",
        "A number that tells visits apart is random, kept for one visit, and made only after you said yes.",
        purposes=("analytics.visits",),
    ),
    Clause(
        "K-01",
        "Everything that is kept in your browser is declared, and nothing else gets there.",
        purposes=("privacy.choices", "service.security"),
    ),
    Clause(
        "K-04",
        "Refusing a cookie is as easy as allowing it, and you can change your answer on any page.",
        purposes=("privacy.choices",),
        data=_CHOICES,
    ),
    Clause(
        "K-05",
        "Whatever you refuse, everything else works as before. What stops is said beside the question.",
        purposes=("privacy.choices",),
    ),
    Clause(
        "T-02",
        "Nobody gets your data for advertising. Whoever adds somebody has to ask you first, or nothing runs.",
        purposes=("privacy.choices",),
    ),
    Clause(
        "T-04",
        "Your browser asks nobody else for anything on our pages, unless you said yes to what they are there for.",
        purposes=("privacy.choices",),
    ),
    Clause(
        "T-08",
        "The advertising industry's own opt-out page is linked, with what it does not cover.",
        purposes=("privacy.choices",),
    ),
    Clause(
        "T-09",
        "Global Privacy Control is honoured from the first page on, and for your account everywhere.",
        purposes=("privacy.choices",),
        data=_CHOICES,
    ),
    Clause(
        "G-13",
        "What a browser's opt-out signal does here is said on the page of choices.",
        purposes=("privacy.choices",),
    ),
    # Uses
    Clause(
        "V-03",
        "What an agent wants to do outside waits for a person to agree, unless a rule made by people allows it.",
        purposes=("service.reviews",),
    ),
    Clause(
        "V-06",
        "You choose what you hear by mail. What is asked of you in your work always reaches you.",
        purposes=("service.notifications",),
        data=_CHOICES,
    ),
    Clause(
        "V-08",
        "You are told when the service changes what it does with your data.",
        purposes=("service.notifications",),
    ),
    Clause(
        "V-09",
        "Our mails hold no advertising. News can be stopped with one click, at once and without signing in.",
        purposes=("service.notifications",),
        data=_CHOICES,
    ),
    Clause(
        "V-10",
        "Passwords are long or stand beside a second proof. Passkeys, apps and codes are offered.",
        purposes=("service.accounts",),
        data=("user.authorization.password", "user.authorization.credentials"),
    ),
    Clause(
        "V-11",
        "You see where you are signed in and can end any of it.",
        purposes=("service.accounts", "service.security"),
        data=("user.device",),
    ),
    Clause(
        "V-12",
        "What goes wrong with people's data is written down, and the time to tell those concerned is kept.",
        purposes=("service.record",),
    ),
    Clause(
        "V-14",
        "Guessing and flooding are slowed down and noticed.",
        purposes=("service.security",),
        data=("user.device.ip_address",),
    ),
    Clause(
        "V-22",
        "A new use is not made of what you gave before, unless you agree.",
        purposes=("service.notifications",),
        data=_CHOICES,
    ),
    # Who gets it
    Clause(
        "R-02",
        "You can sign in without any other company. One is asked only if you choose it.",
        purposes=("service.accounts",),
    ),
    Clause(
        "R-09",
        "Every company that gets data is named here, the makers of language models too.",
        purposes=("service.runs",),
    ),
    # Security, and what a policy must say
    Clause(
        "E-02",
        "Whoever finds a weakness can report it. The address stands in security.txt.",
        purposes=("service.security",),
    ),
    Clause(
        "E-03",
        "Pages are sent over an encrypted line where the site has one, and browsers are told to run nothing of others.",
        purposes=("service.security",),
    ),
    Clause(
        "C-02",
        "What you give to an agent, and what comes of it, you can see, take away and have deleted.",
        purposes=("service.runs", "privacy.requests"),
        data=_CONTENT,
    ),
    Clause(
        "V-07",
        "What you ask about your own data is answered once you have shown that it is yours, and nothing more is asked.",
        purposes=("privacy.requests",),
    ),
    Clause(
        "Z-01",
        "You can ask with an account or without one. You hear within a month, and are told if it takes longer.",
        purposes=("privacy.requests",),
    ),
    Clause(
        "G-01",
        "You see what is held of you, take a copy away, and have your account deleted.",
        purposes=("privacy.requests",),
    ),
    Clause(
        "V-21",
        "What has to be kept is kept as long as its reason says, and is not used for anything else.",
        purposes=("service.record", "privacy.requests"),
    ),
    Clause(
        "G-02",
        "Each kind of data has a time for which it is kept, and a reason for it; then it is deleted by itself.",
        purposes=("privacy.requests",),
    ),
    Clause("G-03", "For each use the policy says why the law allows it.", purposes=("service.accounts",)),
    Clause("G-04", "The makers of language models stand among those who get data.", purposes=("service.runs",)),
    Clause(
        "G-06",
        "The policy says whether data is sold or shared for advertising. It is not.",
        purposes=("service.accounts",),
    ),
    Clause(
        "G-10",
        "The policy names who answers for the data, and says what that person has not said yet.",
        purposes=("service.accounts",),
    ),
    Clause(
        "G-11",
        "An account is for people of 16 and older.",
        purposes=("service.accounts",),
        data=("user.demographic.age_range",),
    ),
    Clause(
        "G-12",
        "After a breach of security the hours are counted, and the letters to those concerned are drafted.",
        purposes=("service.record",),
    ),
    Clause("G-19", "The policy is in plain words, and everybody can use its pages.", data=_CHOICES),
    # What is counted, and what went wrong
    Clause(
        "U-01",
        "What people do is counted by the kind of thing and the day, for nobody in particular.",
        purposes=("analytics.usage",),
        data=("user.behavior",),
    ),
    Clause("U-02", "How long visits last is counted in five steps.", purposes=("analytics.usage",)),
    Clause(
        "U-03",
        "Pages are counted by their name, never by their address. The order in which you opened them is not kept.",
        purposes=("analytics.usage", "analytics.visits"),
        data=("user.behavior",),
    ),
    Clause("U-04", "How long answers took is counted by page, for nobody.", purposes=("analytics.performance",)),
    Clause(
        "U-05",
        "Of an error it is kept where it was in the program, for 30 days; not what it was about, nor for whom.",
        purposes=("service.errors",),
    ),
    Clause(
        "U-06",
        "The hour of access is counted, and clicks on a few elements that count them by their name.",
        purposes=("analytics.usage",),
    ),
    Clause(
        "K-03",
        "Visits are counted without a cookie, under a key that is forgotten with the day.",
        purposes=("analytics.usage",),
    ),
    Clause(
        "D-03",
        "When a day is over, numbers with ten people or more behind them are kept. The rest is deleted.",
        purposes=("analytics.usage",),
        data=("user.behavior",),
    ),
    Clause("V-18", "Trends are read from such numbers only.", purposes=("analytics.usage",)),
    Clause(
        "V-20",
        "Each number that is shown passed one gate, and stands in a register.",
        purposes=("analytics.usage",),
    ),
    Clause(
        "R-15",
        "Others get numbers with 25 people or more behind them, and must promise not to look for anybody in them.",
        purposes=("analytics.usage",),
    ),
    Clause(
        "T-07",
        "Which parts are used is known from our own counts, without anybody else.",
        purposes=("analytics.usage",),
    ),
    Clause(
        "R-07",
        "Where an error tracker is set, it gets of an error what is kept here, and nothing else.",
        purposes=("service.errors",),
        recipients=("error monitoring",),
    ),
    Clause(
        "S-01",
        "From analytics providers only sums are taken in, with who counted them. They lead to nobody's account.",
        purposes=("analytics.usage",),
    ),
    Clause(
        "S-02",
        "From error trackers only kinds of errors and how often are taken in, and kept as long as our own.",
        purposes=("service.errors",),
    ),
    Clause(
        "T-01",
        "An analytics provider is told which pages were opened only after a yes, and without an address or a number.",
        purposes=("analytics.others",),
        recipients=("analytics",),
    ),
    Clause(
        "R-06",
        "Which analytics provider gets data, if one does, stands where you are asked about it.",
        purposes=("analytics.others",),
        recipients=("analytics",),
    ),
)  # fmt: skip
CLAUSES: dict[str, Clause] = {clause.id: clause for clause in _ALL}
