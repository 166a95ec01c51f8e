from __future__ import annotations

import uuid

from seconder.core.disposal import dispose
from seconder.engine import enqueue, job
from seconder.privacy.erasure import performing
from seconder.privacy.export import making
from seconder.privacy.models import Erasure
from seconder.privacy.policy import news, telling
from seconder.privacy.requests import answering, asking
from seconder.privacy.retention import running


@job(performing.PERFORM, purpose="privacy.requests")
def erase(erasure: str) -> None:
    performing.perform(uuid.UUID(erasure))


@job("privacy.go_on", purpose="privacy.requests")
def go_on() -> None:
    """The net below the timers: an erasure whose worker was killed, or whose time came while none was up."""
    for erasure in Erasure.objects.due().values_list("pk", flat=True):
        enqueue(
            performing.PERFORM, erasure=str(erasure)
        )  # each by itself: one that cannot go on stops no other


@job(making.MAKE, purpose="privacy.requests")
def export(export: str) -> None:
    making.make(uuid.UUID(export))


@job("privacy.forget_disclosures", purpose="privacy.requests")
def forget_disclosures() -> None:
    """The app's part of `privacy.retain`."""
    dispose("privacy")


@job(running.RETAIN, purpose="privacy.requests")
def retain() -> None:
    running.run()


@job(telling.TELL, purpose="service.notifications")
def tell_of_policy(version: str) -> None:
    telling.mail_notices(uuid.UUID(version))


@job("privacy.tell_on", purpose="service.notifications")
def tell_on() -> None:
    telling.go_on()
    news.go_on()


@job(news.TELL, purpose="service.notifications")
def tell_of_recipients(version: str) -> None:
    news.send(uuid.UUID(version))


@job(asking.SEND, purpose="privacy.requests")
def send_code(request: str) -> None:
    asking.send_code(uuid.UUID(request))


@job(asking.REMIND, purpose="privacy.requests")
def remind(request: str) -> None:
    answering.remind(uuid.UUID(request))
