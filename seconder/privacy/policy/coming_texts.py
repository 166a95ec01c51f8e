"""Notices for surfaces that this version does not have yet, made from the same facts as the policy. The page that shows
them says which are in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seconder.core import ai_notice
from seconder.privacy.policy.text import name_of

Facts = Any  # JSON as `facts` makes it
PER_MONTH = 20  # messages that somebody may expect at most


@dataclass(frozen=True)
class Text:
    """`where`: at which surface it will stand · `used`: whether one uses it today."""

    title: str
    where: str
    words: str
    used: bool = False


def texts(facts: Facts) -> list[Text]:
    who = facts["controller"]["name"] or "Whoever runs this installation"
    site = facts["controller"]["site"]
    return [
        Text(
            "First contact with an agent",
            "At the end of each mail that an agent writes. Pages of agents and the API say the same in their own way.",
            ai_notice.MAIL,
            used=True,
        ),
        Text(
            "Asking for a number, SMS",
            "Beside the field for a phone number.",
            _asking("text messages", who, site),
        ),
        Text(
            "Asking for a number, WhatsApp",
            "Beside its own box, never ticked before.",
            _asking("WhatsApp", who, site),
        ),
        Text(
            "The answer to HELP",
            "By text message, also to who never opted in.",
            f"{who}: messages from your agents, when you asked for them. Questions: {_contact(facts)}. "
            "Reply STOP to end them.",
        ),
        Text(
            "The answer to STOP",
            "By text message, once, within five minutes.",
            f"{who}: you get no more messages, and your number is deleted here. Nothing else was changed.",
        ),
        Text(
            "To people who apply for a job",
            "Above the form of an application.",
            _applicants(facts, who, site),
        ),
    ]


def _asking(channel: str, who: str, site: str) -> str:
    return (
        f"Yes, {who} may write to this number by {channel} about what my agents do and ask, {PER_MONTH} times a month "
        "at most. Your provider may charge for it. I can end it at any time by replying STOP, and get help with HELP. "
        "It is no condition for anything. The number and this yes are given to nobody else for their own use. "
        f"{site}/privacy/"
    )


def _applicants(facts: Facts, who: str, site: str) -> str:
    getting = ", ".join(name_of(each) for each in facts["recipients"].values()) or "nobody outside"
    return (
        f"{who} asks for your name, how to reach you, what you have learned and where you worked. It is used to decide "
        "about this application and for nothing else, and only people decide. It is kept apart from accounts. Facts "
        "about your background, such as origin, are asked for only where the law wants numbers of them. You need not "
        f"give them, and nobody who decides sees them. Data can go to: {getting}. You may see, correct and erase what "
        f"is kept, and object. Ask {_contact(facts)}. {site}/privacy/"
    )


def _contact(facts: Facts) -> str:
    return " or ".join(facts["controller"]["contact"]) or "whoever runs this installation"
