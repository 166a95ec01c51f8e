"""Notices of an incident as text to copy: to the authority (Art. 33 GDPR), to the people (Art. 34), to a customer whose
data it is (Art. 33(2)). What is not known stands in brackets. Nothing is sent from here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from seconder.accounts.models import Organization
from seconder.core.clock import now
from seconder.privacy.incidents.clock import ALLOWED
from seconder.privacy.incidents.kinds_of_data import label
from seconder.privacy.models import Incident
from seconder.privacy.models.incident import RISKS


def draft(to: str, incident: Incident, organization: Organization) -> str:
    """`to`: authority, people or customer."""
    return _DRAFTS[to](incident, organization)


def _authority(incident: Incident, organization: Organization) -> str:
    return f"""Notification of a personal data breach (Art. 33 GDPR)

Controller: {organization.name}, [address]
Our reference: {_reference(incident, organization)}
Contact for further information (Art. 33(3)(b)): [name, e-mail address, telephone]

1. When
Became aware: {_moment(incident.aware_at)}
Began: {_moment(incident.began_at)}
Ended: {_moment(incident.ended_at)}
{_delay(incident)}
2. What happened (Art. 33(3)(a))
{incident.description}

Kinds of data: {_data(incident)}
People concerned: {_people(incident)}
Records concerned: [how many, roughly]

3. Likely consequences (Art. 33(3)(c))
{incident.consequences or "[what may follow for the people concerned]"}
Our assessment: {RISKS[incident.risk]}.

4. Measures taken and proposed (Art. 33(3)(d))
{incident.measures or "[what was done, what will be done, also against harm to people]"}

5. Communication to the people concerned (Art. 34)
[when and how they were told, or why they need not be]

Where information is missing above, we will provide it in phases without undue further delay (Art. 33(4)).

[name], for {organization.name}
"""


def _people_notice(incident: Incident, organization: Organization) -> str:
    return f"""Subject: Something happened to your data at {organization.name}

[Name],

we write to you because something happened that concerns your data.

What happened
{incident.description}
It began {_moment(incident.began_at)}; we have known of it since {_moment(incident.aware_at)}.

Which data
{_data(incident)}

What may follow for you
{incident.consequences or "[what may follow, in plain words]"}

What we have done, and what we are going to do
{incident.measures or "[what was done, what will be done]"}

What you can do yourself
[change a password that you use elsewhere too; be careful with mail that asks for more; …]

Ask us anything about it: [name, e-mail address, telephone]. You may also turn to the supervisory authority: [which].

[name], for {organization.name}
"""


def _customer(incident: Incident, organization: Organization) -> str:
    return f"""Notification of a personal data breach by your processor (Art. 33(2) GDPR)

To: [customer]
From: {organization.name}, as processor under [agreement, version]
Our reference: {_reference(incident, organization)}
Contact: [name, e-mail address, telephone]

We became aware on {_moment(incident.aware_at)} of the following, which concerns data that we process for you.

What happened
{incident.description}
Began: {_moment(incident.began_at)}
Ended: {_moment(incident.ended_at)}

Kinds of data: {_data(incident)}
People concerned, of yours: {_people(incident)}

Likely consequences
{incident.consequences or "[what may follow]"}

Measures taken and proposed
{incident.measures or "[what was done, what will be done]"}

You decide whether the supervisory authority and the people concerned are told; for you the 72 hours of Art. 33(1) begin
with your knowledge of this. We help you with what you need for it.

[name], for {organization.name}
"""


_DRAFTS: dict[str, Callable[[Incident, Organization], str]] = {
    "authority": _authority,
    "people": _people_notice,
    "customer": _customer,
}


def _reference(incident: Incident, organization: Organization) -> str:
    return f"{organization.slug}-{incident.number}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "[when, as far as known]"


def _data(incident: Incident) -> str:
    return "; ".join(label(kind) for kind in incident.kinds) or "[which]"


def _people(incident: Incident) -> str:
    return f"about {incident.people:,}" if incident.people is not None else "[how many, roughly]"


def _delay(incident: Incident) -> str:
    if now() <= incident.aware_at + ALLOWED:
        return ""
    return (
        "This notification comes more than 72 hours after we became aware (Art. 33(1)), because: [reasons]\n"
    )
