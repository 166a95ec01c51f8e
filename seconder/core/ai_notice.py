"""What says that a machine is at work: to people at their first contact, in every channel, and to machines in what they
are given, so that it survives a download.

The mark is the term that IPTC has for it; the header the one of draft-abaris-aicdh.
"""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponse

Answer = TypeVar("Answer", bound=HttpResponse)
HEADER, ORIGINATED = "AI-Disclosure", "mode=ai-originated"
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
PAGE = "You work with an AI agent here: a program, no person. It can be wrong; people decide what matters."
MAIL = "An AI agent, which is a program and no person, sent this message."


def said(response: Answer) -> Answer:
    """The answer, saying that a machine made what is in it, or is about to."""
    response[HEADER] = ORIGINATED
    return response
